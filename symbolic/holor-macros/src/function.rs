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
    Required,
    Optional,
    Default(TokenStream),
    Variadic,
}

/// The records of the parameters so far: slices of them, and those of groups of options.
#[derive(Default)]
struct Parts {
    before: Vec<TokenStream>,
    records: Vec<TokenStream>,
}

impl Parts {
    /// The place of the next parameter.
    fn index(&self) -> TokenStream {
        let (before, own) = (&self.before, self.records.len());
        if before.is_empty() {
            quote!(#own)
        } else {
            quote!((crate::builtin::total(&[#(#before),*]) + #own))
        }
    }

    /// Adds a group of options.
    fn groups(&mut self, group: TokenStream) {
        let records = std::mem::take(&mut self.records);
        self.before.push(quote!(&[#(#records),*]));
        self.before.push(group);
    }

    /// All of them as one slice.
    fn parameters(mut self) -> TokenStream {
        let records = std::mem::take(&mut self.records);
        if self.before.is_empty() {
            return quote!(&[#(#records),*]);
        }
        let before = &self.before;
        quote!({
            const PARTS: &[&[crate::Parameter]] = &[#(#before,)* &[#(#records),*]];
            const ALL: [crate::Parameter; crate::builtin::total(PARTS)] =
                crate::builtin::joined(PARTS);
            &ALL
        })
    }
}

fn is_call(full: &Type) -> bool {
    matches!(full, Type::Reference(reference)
        if last_segment(&reference.elem).is_some_and(|segment| segment.ident == "Call"))
}

/// The records of a group of options, and the function that reads them.
pub(crate) fn expand_options(item: &mut syn::DeriveInput) -> Result<TokenStream> {
    let name = &item.ident;
    let syn::Data::Struct(data) = &mut item.data else {
        return Err(Error::new_spanned(name, "options are a struct"));
    };
    let (mut records, mut reads) = (Vec::new(), Vec::new());
    for (index, field) in data.fields.iter_mut().enumerate() {
        let Some(ident) = field.ident.clone() else {
            return Err(Error::new_spanned(field, "options have names"));
        };
        let place = quote!((first + #index));
        let text = ident.unraw().to_string();
        let (record, read) = parameter(&text, &field.ty, &mut field.attrs, true, &place)?;
        records.push(record);
        reads.push(quote!(#ident: #read));
    }
    Ok(quote! {
        impl #name {
            /// The records of the options.
            pub(crate) const PARAMETERS: &'static [crate::Parameter] = &[#(#records),*];

            /// Reads them, the first at this place of the record.
            pub(crate) fn read(
                call: &crate::evaluate::Call<'_>,
                first: usize,
            ) -> crate::Result<Self> {
                ::core::result::Result::Ok(Self { #(#reads),* })
            }
        }
    })
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

    let mut parts = Parts::default();
    let mut reads = Vec::new();
    let mut arguments = Vec::new();
    for input in &mut item.sig.inputs {
        let FnArg::Typed(typed) = &mut *input else {
            return Err(Error::new_spanned(input, "a built-in is a free function"));
        };
        if is_call(&typed.ty) {
            arguments.push(quote!(call));
            continue;
        }
        let variable = format_ident!("argument{}", reads.len());
        let index = parts.index();
        let group = typed.attrs.iter().any(|it| it.path().is_ident("options"));
        let read = if group {
            typed.attrs.clear();
            let group = &typed.ty;
            parts.groups(quote!(<#group>::PARAMETERS));
            quote!(<#group>::read(call, #index)?)
        } else {
            let Pat::Ident(pattern) = &*typed.pat else {
                return Err(Error::new_spanned(
                    &typed.pat,
                    "a parameter of a built-in has a plain name",
                ));
            };
            let name = pattern.ident.unraw().to_string();
            let (record, read) =
                parameter(&name, &typed.ty, &mut typed.attrs, false, &index)?;
            parts.records.push(record);
            read
        };
        reads.push(quote!(let #variable = #read;));
        arguments.push(quote!(#variable));
    }
    let parameters = parts.parameters();

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
            parameters: #parameters,
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

/// A parameter: its record, and the code that reads it at a place of the record.
fn parameter(
    name: &str,
    full: &Type,
    attributes: &mut Vec<syn::Attribute>,
    mut named: bool,
    index: &TokenStream,
) -> Result<(TokenStream, TokenStream)> {
    let docs = docs::text(attributes).replace('\n', " ");
    if docs.is_empty() {
        return Err(Error::new_spanned(
            full,
            "a parameter of a built-in has a doc comment",
        ));
    }

    let mut source = Source::Required;
    let mut also: Vec<String> = Vec::new();
    let mut inner = full;
    if let Some(item) = argument_of(full, "Option") {
        (source, inner) = (Source::Optional, item);
    }
    for attribute in attributes.iter() {
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
            inner = argument_of(full, "Vec").ok_or_else(|| {
                Error::new_spanned(full, "`#[variadic]` stands on a `Vec<T>`")
            })?;
            source = Source::Variadic;
        }
    }
    let read = match &source {
        Source::Required => quote!(call.required::<#inner>(#index)?),
        Source::Optional => quote!(call.optional::<#inner>(#index)?),
        Source::Default(value) => quote!(match call.optional::<#inner>(#index)? {
            ::core::option::Option::Some(value) => value,
            ::core::option::Option::None => #value,
        }),
        Source::Variadic => quote!(call.remaining::<#inner>(#index)?),
    };
    let default = match &source {
        // A path is Rust, which nobody types.
        Source::Default(value) if value.to_string().contains("::") => String::new(),
        Source::Default(value) => value.to_string().replace('"', ""),
        _ => String::new(),
    };
    let optional = matches!(source, Source::Optional | Source::Default(_));
    let variadic = matches!(source, Source::Variadic);
    attributes.clear();
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
    Ok((record, read))
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
