//! Formats tokens as text.

use quote::ToTokens;

/// Formats tokens with conventional spacing.
pub(super) fn compact(tokens: &impl ToTokens) -> String {
    let mut text = tokens.to_token_stream().to_string().replace('\n', " ");
    for (wide, narrow) in [
        (" ::", "::"),
        (":: ", "::"),
        (" <", "<"),
        ("< ", "<"),
        (" >", ">"),
        (" ,", ","),
        ("& ", "&"),
        (" (", "("),
        ("( ", "("),
        (" )", ")"),
        ("[ ", "["),
        (" ]", "]"),
        (" :", ":"),
        (" ;", ";"),
        (" !", "!"),
        (",>", ">"),
    ] {
        text = text.replace(wide, narrow);
    }
    text
}
