//! `#[builtin]`: one function, one record.
//!
//! The attribute stands on a plain typed Rust function and adds a `static` of type `Builtin` beside it,
//! named like the function in capitals. The record's `call` reads the arguments by their types, calls the
//! function and turns its result into a value. Nothing is registered behind the scenes: the static is
//! listed in its topic's `BUILTINS`, and one that is forgotten is dead code.

mod docs;
mod function;

use proc_macro::TokenStream;

/// Makes a function a built-in.
///
/// Keys: `topic = "algebra"` (required), `latex = r"\operatorname{f}({0})"` or `latex = none` (required),
/// `since = "0.1"` (required), `name = "N"` (default: the function's name), `aliases("ceiling")`,
/// `see("expand", "factor")`, `returns = "list"` (default: by type), `elementwise` (a list or matrix as the
/// first argument gives a list or matrix of results), `functions` (unknown names applied as `y(x)` in the
/// arguments are unknown functions).
///
/// A parameter of type `&mut Call<'_>` or `&Call<'_>` receives the call itself. Every other parameter has a doc
/// comment and a type that can be read from a value. `Option<T>` may be left out; `#[default(6)]` gives a
/// value when it is left out; `#[variadic]` on a `Vec<T>` takes the remaining arguments; `#[named]` is
/// given by name only; `#[also("nperseg")]` gives it other names. `#[options]` stands on a
/// parameter whose type derives [`macro@Options`]: each of its fields is an option.
#[proc_macro_attribute]
pub fn builtin(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let item = syn::parse_macro_input!(item as syn::ItemFn);
    function::expand(attribute.into(), item)
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}

/// Makes the fields of a struct options of built-ins, given by name, each with a doc comment: a built-in takes them all by
/// one parameter with `#[options]`.
#[proc_macro_derive(Options, attributes(also, default))]
pub fn options(item: TokenStream) -> TokenStream {
    let mut item = syn::parse_macro_input!(item as syn::DeriveInput);
    function::expand_options(&mut item)
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}
