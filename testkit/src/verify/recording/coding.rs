//! Decodes bodies recorded with a content coding (RFC 9110 section 8.4).
//!
//! Must never return a body that is still encoded, nor one larger than the limit.

use super::Unreadable;
use flate2::bufread::{GzDecoder, ZlibDecoder};
use std::io::{BufRead, Read};

/// The largest body that is decoded, in bytes.
const LARGEST: u64 = 64 * 1024 * 1024;

/// The two bytes that every gzip member begins with.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Decodes a body from its content codings.
///
/// `Content-Encoding` lists them in the order of their application.
///
/// Many recorders decode bodies but leave the header in place, so a body that is text is returned unchanged.
pub(super) fn decoded<'h>(
    codings: impl Iterator<Item = &'h str>,
    mut body: Vec<u8>,
) -> Result<Vec<u8>, Unreadable> {
    let codings: Vec<&str> = codings.flat_map(|value| value.split(',')).collect();
    for coding in codings.into_iter().rev().map(str::trim) {
        if std::str::from_utf8(&body).is_ok() {
            break;
        }
        body = match coding.to_ascii_lowercase().as_str() {
            "" | "identity" => body,
            "gzip" | "x-gzip" => gunzipped(&body)?,
            "deflate" => read(ZlibDecoder::new(body.as_slice()), Vec::new())?,
            _ => return Err(Unreadable::Coding(coding.to_owned())),
        };
    }
    Ok(body)
}

/// Decodes all members of a gzip stream.
///
/// Bytes after the last member, such as a line end, are ignored.
fn gunzipped(mut body: &[u8]) -> Result<Vec<u8>, Unreadable> {
    let mut whole = read(GzDecoder::new(&mut body), Vec::new())?;
    while body.fill_buf().is_ok_and(|rest| rest.starts_with(&GZIP)) {
        whole = read(GzDecoder::new(&mut body), whole)?;
    }
    Ok(whole)
}

fn read(decoder: impl Read, mut whole: Vec<u8>) -> Result<Vec<u8>, Unreadable> {
    let left = LARGEST.saturating_sub(whole.len() as u64);
    let read = decoder.take(left + 1).read_to_end(&mut whole);
    read.map_err(|error| Unreadable::Encoded(error.to_string()))?;
    match whole.len() as u64 > LARGEST {
        true => Err(Unreadable::TooLarge(LARGEST)),
        false => Ok(whole),
    }
}

#[cfg(test)]
mod tests {
    use super::{LARGEST, Unreadable, decoded};
    use flate2::Compression;
    use flate2::write::{GzEncoder, ZlibEncoder};
    use std::io::Write as _;

    fn gzip(body: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(body).unwrap();
        encoder.finish().unwrap()
    }

    fn zlib(body: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(body).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_body_is_decoded_by_its_content_encoding_unless_it_is_text() {
        let body = br#"{"a":1}"#.to_vec();
        let two = [gzip(br#"{"a""#), gzip(br#":1}"#), b"\n".to_vec()].concat();
        for (codings, encoded) in [
            (vec![], body.clone()),
            (vec!["gzip"], gzip(&body)),
            (vec!["X-GZIP"], gzip(&body)),
            (vec!["identity, gzip"], gzip(&body)),
            (vec!["deflate"], zlib(&body)),
            (vec!["deflate, gzip"], gzip(&zlib(&body))),
            (vec!["deflate", " gzip "], gzip(&zlib(&body))),
            (vec!["gzip"], two),
            // Decoded by the recorder already.
            (vec!["gzip"], body.clone()),
            (vec!["br"], body.clone()),
        ] {
            let read = decoded(codings.clone().into_iter(), encoded);
            assert_eq!(read, Ok(body.clone()), "{codings:?}");
        }
    }

    #[test]
    fn an_undecodable_body_is_an_error_with_the_reason() {
        let bytes = vec![0xff, 0xfe, 0];
        let unknown = decoded(["gzip, br"].into_iter(), bytes.clone());
        assert_eq!(unknown, Err(Unreadable::Coding("br".to_owned())));
        let mut cut = gzip(&[b'x'; 1_000]);
        cut.truncate(20);
        for (coding, body) in [("gzip", bytes.clone()), ("gzip", cut), ("deflate", bytes)] {
            let read = decoded([coding].into_iter(), body);
            assert!(matches!(read, Err(Unreadable::Encoded(_))), "{read:?}");
        }
        let size = usize::try_from(LARGEST).unwrap();
        let bomb = gzip(&vec![b' '; size + 1]);
        assert!(bomb.len() < 100_000, "{}", bomb.len());
        let read = decoded(["gzip"].into_iter(), bomb);
        assert_eq!(read, Err(Unreadable::TooLarge(LARGEST)));
        let most = gzip(&vec![b' '; size]);
        assert_eq!(
            decoded(["gzip"].into_iter(), most).map(|body| body.len()),
            Ok(size)
        );
    }
}
