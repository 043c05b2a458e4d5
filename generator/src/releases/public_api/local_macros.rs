//! Expands calls of macros that the generated code defines itself.
//!
//! A pattern consists of tokens, `$name:ident`, attributes (`$(#[$name:meta])*`) and the rest of a group
//! (`$($name:tt)*`). Other patterns match nothing.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use std::collections::BTreeMap;
use syn::parse::{Parse, ParseStream};
use syn::{Item, Token, parenthesized};

/// The tokens of each variable of a pattern.
type Bindings = BTreeMap<String, Vec<TokenTree>>;

/// Returns the items that a call of the macro generates; `None` if no rule matches it.
pub(super) fn expand(definition: &syn::Macro, invocation: &syn::Macro) -> Option<Vec<Item>> {
    let rules: Rules = definition.parse_body().ok()?;
    let input = trees(&invocation.tokens);
    rules.0.into_iter().find_map(|(pattern, body)| {
        let mut bindings = Bindings::new();
        matches(&trees(&pattern), &input, &mut bindings)?;
        let items = transcribe(&trees(&body), &bindings)?;
        Some(syn::parse2::<syn::File>(items).ok()?.items)
    })
}

/// `(pattern) => { body }; …`.
struct Rules(Vec<(TokenStream, TokenStream)>);

impl Parse for Rules {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut rules = Vec::new();
        while !input.is_empty() {
            let (pattern, body);
            parenthesized!(pattern in input);
            input.parse::<Token![=>]>()?;
            syn::braced!(body in input);
            rules.push((pattern.parse()?, body.parse()?));
            input.parse::<Option<Token![;]>>()?;
        }
        Ok(Self(rules))
    }
}

fn trees(tokens: &TokenStream) -> Vec<TokenTree> {
    tokens.clone().into_iter().collect()
}

/// Matches all of `input` and records the variables; `None` if it does not match.
fn matches(pattern: &[TokenTree], input: &[TokenTree], bindings: &mut Bindings) -> Option<()> {
    match pattern {
        [] => input.is_empty().then_some(()),
        [dollar, TokenTree::Group(inner), star, rest @ ..] if is(dollar, '$') && is(star, '*') => {
            let variable = variable_of(inner)?;
            let is_attribute = trees(&inner.stream())
                .first()
                .is_some_and(|tree| is(tree, '#'));
            let length = match is_attribute {
                true => {
                    2 * input
                        .chunks(2)
                        .take_while(|pair| is_attribute_of(pair))
                        .count()
                }
                false => input.len(),
            };
            let (bound, after) = input.split_at(length);
            bindings.insert(variable, bound.to_vec());
            matches(rest, after, bindings)
        }
        [
            dollar,
            TokenTree::Ident(variable),
            colon,
            TokenTree::Ident(_),
            rest @ ..,
        ] if is(dollar, '$') && is(colon, ':') => {
            let (first, after) = input.split_first()?;
            bindings.insert(variable.to_string(), vec![first.clone()]);
            matches(rest, after, bindings)
        }
        [TokenTree::Group(inner), rest @ ..] => {
            let (TokenTree::Group(first), after) = input.split_first()? else {
                return None;
            };
            (first.delimiter() == inner.delimiter()).then_some(())?;
            matches(&trees(&inner.stream()), &trees(&first.stream()), bindings)?;
            matches(rest, after, bindings)
        }
        [token, rest @ ..] => {
            let (first, after) = input.split_first()?;
            (first.to_string() == token.to_string()).then_some(())?;
            matches(rest, after, bindings)
        }
    }
}

/// Returns the body with the variables replaced; `None` if a variable is unknown.
fn transcribe(body: &[TokenTree], bindings: &Bindings) -> Option<TokenStream> {
    let mut tokens = TokenStream::new();
    let mut rest = body;
    while let [first, after @ ..] = rest {
        rest = match (first, after) {
            (dollar, [TokenTree::Group(inner), star, after @ ..])
                if is(dollar, '$') && is(star, '*') =>
            {
                tokens.extend(bindings.get(&variable_of(inner)?)?.clone());
                after
            }
            (dollar, [TokenTree::Ident(variable), after @ ..]) if is(dollar, '$') => {
                tokens.extend(bindings.get(&variable.to_string())?.clone());
                after
            }
            (TokenTree::Group(inner), after) => {
                let inside = transcribe(&trees(&inner.stream()), bindings)?;
                tokens.extend([TokenTree::Group(Group::new(inner.delimiter(), inside))]);
                after
            }
            (token, after) => {
                tokens.extend([token.clone()]);
                after
            }
        };
    }
    Some(tokens)
}

/// Returns the variable of a repetition; `None` if it has none.
fn variable_of(repetition: &Group) -> Option<String> {
    let inner = trees(&repetition.stream());
    let named = inner.windows(2).find_map(|pair| match pair {
        [dollar, TokenTree::Ident(name)] if is(dollar, '$') => Some(name.to_string()),
        _ => None,
    });
    named.or_else(|| {
        inner.iter().find_map(|tree| match tree {
            TokenTree::Group(group) => variable_of(group),
            _ => None,
        })
    })
}

fn is(tree: &TokenTree, character: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == character)
}

/// Returns true for `#[…]`.
fn is_attribute_of(pair: &[TokenTree]) -> bool {
    matches!(pair, [hash, TokenTree::Group(group)] if is(hash, '#') && group.delimiter() == Delimiter::Bracket)
}
