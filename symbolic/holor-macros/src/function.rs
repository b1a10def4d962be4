//! From the annotated function to the function and its record.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::ext::IdentExt;
use syn::meta::ParseNestedMeta;
use syn::parse::Parser;
use syn::{
    Error, FnArg, GenericArgument, Ident, ItemFn, LitStr, Pat, PathArguments, Result,
    ReturnType, Type,
};

use crate::docs;

/// The keys of the attribute.
#[derive(Default)]
struct Keys {
    name: Option<String>,
    topic: Option<String>,
    aliases: Vec<String>,
    latex: Option<Option<String>>,
    since: Option<String>,
    see: Vec<String>,
    returns: Option<String>,
    elementwise: bool,
    functions: bool,
}

impl Keys {
    fn read(&mut self, meta: &ParseNestedMeta<'_>) -> Result<()> {
        let text = || -> Result<String> { Ok(meta.value()?.parse::<LitStr>()?.value()) };
        let names = || -> Result<Vec<String>> {
            let content;
            syn::parenthesized!(content in meta.input);
            let names = content
                .parse_terminated(<LitStr as syn::parse::Parse>::parse, syn::Token![,])?;
            Ok(names.iter().map(LitStr::value).collect())
        };
        let Some(key) = meta.path.get_ident() else {
            return Err(meta.error("expected a key"));
        };
        match key.to_string().as_str() {
            "name" => self.name = Some(text()?),
            "topic" => self.topic = Some(text()?),
            "since" => self.since = Some(text()?),
            "returns" => self.returns = Some(text()?),
            "aliases" => self.aliases = names()?,
            "see" => self.see = names()?,
            "elementwise" => self.elementwise = true,
            "functions" => self.functions = true,
            "latex" => {
                let value = meta.value()?;
                self.latex = Some(if value.peek(LitStr) {
                    Some(value.parse::<LitStr>()?.value())
                } else {
                    let word: Ident = value.parse()?;
                    if word != "none" {
                        return Err(Error::new(
                            word.span(),
                            "expected a string or `none`",
                        ));
                    }
                    None
                });
            }
            other => return Err(meta.error(format!("unknown key `{other}`"))),
        }
        Ok(())
    }
}

/// How a parameter gets its value.
enum Source {
    Call,
    Required,
    Optional,
    Default(TokenStream),
    Variadic,
}

/// The function and its record.
pub(crate) fn expand(attribute: TokenStream, mut item: ItemFn) -> Result<TokenStream> {
    let mut keys = Keys::default();
    syn::meta::parser(|meta| keys.read(&meta)).parse2(attribute)?;

    let function = item.sig.ident.clone();
    let missing =
        |what: &str| Error::new(function.span(), format!("a built-in needs {what}"));
    let name = keys.name.unwrap_or_else(|| function.unraw().to_string());
    let topic = keys.topic.ok_or_else(|| missing("`topic = \"…\"`"))?;
    let since = keys.since.ok_or_else(|| missing("`since = \"…\"`"))?;
    let latex =
        match keys.latex.ok_or_else(|| missing("`latex = r\"…\"` or `latex = none`"))? {
            Some(form) => quote!(::core::option::Option::Some(#form)),
            None => quote!(::core::option::Option::None),
        };
    let docs = docs::text(&item.attrs);
    if docs.is_empty() {
        return Err(missing("a doc comment; its first line is the summary"));
    }
    let summary = docs::summary(&docs).to_string();
    let examples = docs::examples(&docs)
        .into_iter()
        .map(|(source, expected)| quote!(crate::Example { source: #source, expected: #expected }));

    let mut records = Vec::new();
    let mut reads = Vec::new();
    let mut arguments = Vec::new();
    for input in &mut item.sig.inputs {
        let (source, record, read) = parameter(input, records.len())?;
        if let Source::Call = source {
            arguments.push(quote!(call));
            continue;
        }
        let variable = format_ident!("argument{}", records.len());
        reads.push(quote!(let #variable = #read;));
        records.push(record);
        arguments.push(quote!(#variable));
    }

    let (fallible, returned) = returned(&item.sig.output);
    let returns = match keys.returns {
        Some(text) => quote!(#text),
        None => quote!(<#returned as crate::builtin::IntoValue>::KIND),
    };
    let invoke = if fallible {
        quote!(#function(#(#arguments),*)?)
    } else {
        quote!(#function(#(#arguments),*))
    };
    let record = format_ident!("{}", function.unraw().to_string().to_uppercase());
    let (aliases, see) = (keys.aliases, keys.see);
    let (elementwise, functions) = (keys.elementwise, keys.functions);
    let about = format!("The record of `{name}`.");
    Ok(quote! {
        #item

        #[doc = #about]
        pub(crate) static #record: crate::Builtin = crate::Builtin {
            name: #name,
            aliases: &[#(#aliases),*],
            topic: #topic,
            summary: #summary,
            docs: #docs,
            parameters: &[#(#records),*],
            returns: #returns,
            latex: #latex,
            examples: &[#(#examples),*],
            since: #since,
            see: &[#(#see),*],
            elementwise: #elementwise,
            functions: #functions,
            file: ::core::file!(),
            line: ::core::line!(),
            call: |call| {
                #(#reads)*
                ::core::result::Result::Ok(crate::builtin::IntoValue::into_value(#invoke))
            },
        };
    })
}

/// A parameter: how it gets its value, its record, the code that reads it.
fn parameter(
    input: &mut FnArg,
    index: usize,
) -> Result<(Source, TokenStream, TokenStream)> {
    let FnArg::Typed(parameter) = input else {
        return Err(Error::new_spanned(input, "a built-in is a free function"));
    };
    if let Type::Reference(reference) = &*parameter.ty
        && last_segment(&reference.elem).is_some_and(|segment| segment.ident == "Call")
    {
        return Ok((Source::Call, TokenStream::new(), TokenStream::new()));
    }
    let Pat::Ident(pattern) = &*parameter.pat else {
        return Err(Error::new_spanned(
            &parameter.pat,
            "a parameter of a built-in has a plain name",
        ));
    };
    let name = pattern.ident.unraw().to_string();
    let docs = docs::text(&parameter.attrs).replace('\n', " ");
    if docs.is_empty() {
        return Err(Error::new_spanned(
            parameter,
            "a parameter of a built-in has a doc comment",
        ));
    }

    let mut source = Source::Required;
    let mut named = false;
    let mut also: Vec<String> = Vec::new();
    let mut inner = &*parameter.ty;
    if let Some(item) = argument_of(&parameter.ty, "Option") {
        (source, inner) = (Source::Optional, item);
    }
    for attribute in &parameter.attrs {
        if attribute.path().is_ident("named") {
            named = true;
        } else if attribute.path().is_ident("also") {
            let names = attribute.parse_args_with(
                syn::punctuated::Punctuated::<LitStr, syn::Token![,]>::parse_terminated,
            )?;
            also = names.iter().map(LitStr::value).collect();
        } else if attribute.path().is_ident("default") {
            source = Source::Default(attribute.meta.require_list()?.tokens.clone());
        } else if attribute.path().is_ident("variadic") {
            inner = argument_of(&parameter.ty, "Vec").ok_or_else(|| {
                Error::new_spanned(&parameter.ty, "`#[variadic]` stands on a `Vec<T>`")
            })?;
            source = Source::Variadic;
        }
    }
    let read = match &source {
        Source::Call | Source::Required => quote!(call.required::<#inner>(#index)?),
        Source::Optional => quote!(call.optional::<#inner>(#index)?),
        Source::Default(value) => quote!(match call.optional::<#inner>(#index)? {
            ::core::option::Option::Some(value) => value,
            ::core::option::Option::None => #value,
        }),
        Source::Variadic => quote!(call.remaining::<#inner>(#index)?),
    };
    let default = match &source {
        Source::Default(value) => value.to_string().replace('"', ""),
        _ => String::new(),
    };
    let optional = matches!(source, Source::Optional | Source::Default(_));
    let variadic = matches!(source, Source::Variadic);
    parameter.attrs.clear();
    let kind = inner.clone();
    let record = quote! {
        crate::Parameter {
            name: #name,
            also: &[#(#also),*],
            kind: <#kind as crate::builtin::FromValue>::KIND,
            docs: #docs,
            optional: #optional,
            variadic: #variadic,
            named: #named,
            default: #default,
            form: <#kind as crate::builtin::FromValue>::FORM,
            words: <#kind as crate::builtin::FromValue>::WORDS,
        }
    };
    Ok((source, record, read))
}

/// Whether the function can fail, and what it returns when it does not.
fn returned(output: &ReturnType) -> (bool, TokenStream) {
    match output {
        ReturnType::Default => (false, quote!(())),
        ReturnType::Type(_, full) => match argument_of(full, "Result") {
            Some(inner) => (true, quote!(#inner)),
            None => (false, quote!(#full)),
        },
    }
}

fn last_segment(full: &Type) -> Option<&syn::PathSegment> {
    match full {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

/// `T` of `Wrapper<T>`.
fn argument_of<'a>(full: &'a Type, wrapper: &str) -> Option<&'a Type> {
    let segment = last_segment(full).filter(|segment| segment.ident == wrapper)?;
    match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => match arguments.args.first()? {
            GenericArgument::Type(inner) => Some(inner),
            _ => None,
        },
        _ => None,
    }
}
