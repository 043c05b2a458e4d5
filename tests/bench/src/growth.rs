//! The growth of a value with the size of documents: its exponent, and its curve as SVG.

use std::fmt::Write as _;

const WIDTH: f64 = 560.0;
const HEIGHT: f64 = 260.0;
const LEFT: f64 = 70.0;
const TOP: f64 = 40.0;

/// Returns the exponent of the growth: the slope of the best-fitting line through the logarithms.
pub(crate) fn exponent(points: &[(f64, f64)]) -> f64 {
    let points: Vec<_> = points.iter().map(|(x, y)| (x.ln(), y.ln())).collect();
    let count = points.len() as f64;
    let sum = |of: &dyn Fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>();
    let (x, y) = (sum(&|point| point.0) / count, sum(&|point| point.1) / count);
    sum(&|point| (point.0 - x) * (point.1 - y)) / sum(&|point| (point.0 - x).powi(2))
}

/// Draws the curve of points, and the straight line of proportional growth from the first one.
pub(crate) fn chart(title: &str, unit: &str, points: &[(f64, f64)]) -> String {
    let (width, height) = (LEFT + WIDTH + 30.0, TOP + HEIGHT + 40.0);
    let most = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).fold(0.0, f64::max);
    let most_x = most(|point| point.0);
    let in_proportion = points.first().map_or(0.0, |(x, y)| y / x * most_x);
    let most_y = most(|point| point.1).max(in_proportion);
    let place = |x: f64, y: f64| (LEFT + WIDTH * x / most_x, TOP + HEIGHT * (1.0 - y / most_y));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n\
         <text x=\"{LEFT}\" y=\"20\" font-weight=\"bold\">{title}</text>\n"
    );
    if points.is_empty() {
        return svg + "</svg>\n";
    }
    let (bottom, slope_end) = (TOP + HEIGHT, place(most_x, in_proportion));
    let (start_x, start_y) = place(0.0, 0.0);
    let _ = writeln!(
        svg,
        "<path d=\"M{start_x:.1} {start_y:.1}L{:.1} {:.1}\" stroke=\"#999999\" stroke-dasharray=\"4 4\"/>",
        slope_end.0, slope_end.1
    );
    let line: Vec<String> = points
        .iter()
        .map(|(x, y)| place(*x, *y))
        .map(|(x, y)| format!("{x:.1},{y:.1}"))
        .collect();
    let _ = writeln!(
        svg,
        "<polyline fill=\"none\" stroke=\"#1d4f91\" stroke-width=\"1.5\" points=\"{}\"/>",
        line.join(" ")
    );
    for (size, figure) in points {
        let (x, y) = place(*size, *figure);
        let _ = writeln!(
            svg,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"#1d4f91\"/><text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{figure:.2} {unit}</text>\n\
             <text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{size}</text>",
            x - 8.0,
            y - 6.0,
            bottom + 16.0
        );
    }
    svg + "</svg>\n"
}

#[cfg(test)]
mod tests {
    use super::{chart, exponent};

    #[test]
    fn the_exponent_of_a_power_is_found_from_its_points() {
        let points = [1.0_f64, 2.0, 4.0, 7.0].map(|x| (x, 3.0 * x.powf(1.25)));
        assert!((exponent(&points) - 1.25).abs() < 1e-9);
    }

    #[test]
    fn a_chart_has_a_mark_for_each_point_and_none_without_points() {
        let svg = chart("Growth", "G", &[(50.0, 0.5), (100.0, 1.0)]);
        assert_eq!(svg.matches("<circle").count(), 2);
        assert!(!chart("Growth", "G", &[]).contains("<circle"));
    }
}
