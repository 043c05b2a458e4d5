//! Draws latency, memory and descriptors over time as SVG.

use crate::Window;
use std::fmt;
use std::time::Duration;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 150.0;
const LEFT: f64 = 64.0;
const TOP: f64 = 34.0;
/// The distance between the tops of two panels.
const STEP: f64 = 210.0;

pub(crate) struct Chart<'a> {
    pub(crate) callers: usize,
    pub(crate) windows: &'a [Window],
}

/// A value of each window.
struct Line<'a> {
    name: &'static str,
    colour: &'static str,
    figure: &'a dyn Fn(&Window) -> f64,
}

impl fmt::Display for Chart<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (width, height) = (LEFT + WIDTH + 20.0, TOP + 3.0 * STEP);
        writeln!(
            f,
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">"#
        )?;
        writeln!(
            f,
            r##"<rect width="{width}" height="{height}" fill="#ffffff"/>"##
        )?;
        let quantile = |of: fn([Duration; 3]) -> Duration| {
            move |window: &Window| of(window.quantiles).as_secs_f64() * 1_000.0
        };
        let latency = [
            ("p50", "#1b6e3c", quantile(|[p50, ..]| p50)),
            ("p99", "#b5651d", quantile(|[_, p99, _]| p99)),
            ("p99.9", "#a11d33", quantile(|[.., p999]| p999)),
        ];
        let lines = latency.each_ref().map(|(name, colour, figure)| Line {
            name,
            colour,
            figure,
        });
        let title = format!(
            "Latency of a call with its retries, ms ({} callers)",
            self.callers
        );
        self.panel(f, 0, &title, &lines)?;
        let memory = |window: &Window| window.usage.memory_kb as f64 / 1_000.0;
        let line = Line {
            name: "RSS",
            colour: "#1d4f91",
            figure: &memory,
        };
        self.panel(f, 1, "Memory of the client's process, MB", &[line])?;
        let descriptors = |window: &Window| window.usage.descriptors as f64;
        let line = Line {
            name: "open",
            colour: "#5b2a86",
            figure: &descriptors,
        };
        self.panel(f, 2, "Descriptors of the client's process", &[line])?;
        writeln!(f, "</svg>")
    }
}

impl Chart<'_> {
    fn panel(
        &self,
        f: &mut fmt::Formatter<'_>,
        number: u8,
        title: &str,
        lines: &[Line<'_>],
    ) -> fmt::Result {
        let top = TOP + STEP * f64::from(number);
        let bottom = top + HEIGHT;
        let figures = lines
            .iter()
            .flat_map(|line| self.windows.iter().map(line.figure));
        let most = round_up(figures.fold(0.0, f64::max));
        let end = self
            .windows
            .last()
            .map_or(1.0, |window| window.at.as_secs_f64());
        writeln!(
            f,
            r#"<text x="{LEFT}" y="{}" font-weight="bold">{title}</text>"#,
            top - 12.0
        )?;
        for quarter in 0..=4 {
            let share = f64::from(quarter) / 4.0;
            let y = bottom - HEIGHT * share;
            let x = LEFT + WIDTH * share;
            writeln!(
                f,
                r##"<path d="M{LEFT} {y:.1}h{WIDTH}" stroke="#dddddd"/><text x="{:.1}" y="{:.1}" text-anchor="end">{}</text>"##,
                LEFT - 6.0,
                y + 4.0,
                most * share
            )?;
            writeln!(
                f,
                r#"<text x="{x:.1}" y="{:.1}" text-anchor="middle">{:.0} s</text>"#,
                bottom + 16.0,
                end * share
            )?;
        }
        for (index, line) in lines.iter().enumerate() {
            write!(
                f,
                r#"<polyline fill="none" stroke="{}" stroke-width="1.5" points=""#,
                line.colour
            )?;
            for window in self.windows {
                let x = LEFT + WIDTH * window.at.as_secs_f64() / end;
                let y = bottom - HEIGHT * (line.figure)(window) / most;
                write!(f, "{x:.1},{y:.1} ")?;
            }
            writeln!(f, r#""/>"#)?;
            let x = LEFT + WIDTH - 60.0 * (lines.len() - index) as f64 + 20.0;
            writeln!(
                f,
                r#"<text x="{x:.1}" y="{}" fill="{}">{}</text>"#,
                top - 12.0,
                line.colour,
                line.name
            )?;
        }
        Ok(())
    }
}

/// Rounds up to 1, 2, 4 or 8 times a power of ten, whose quarters are short.
fn round_up(figure: f64) -> f64 {
    let mut power = 1.0;
    loop {
        for step in [1.0, 2.0, 4.0, 8.0] {
            if figure <= step * power {
                return step * power;
            }
        }
        power *= 10.0;
    }
}
