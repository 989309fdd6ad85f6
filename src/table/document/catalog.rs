//! Catalog of the tables as JSON-LD, in the terms of schema.org and of DCAT-AP.
//! Source: <https://schema.org/Dataset>; DCAT-AP 3.0.

use serde_json::{Value, json};

use crate::table::description::Description;
use crate::table::format::Format;

/// Address of the media types of IANA.
const MEDIA_TYPES: &str = "https://www.iana.org/assignments/media-types/";

/// Returns the catalog of the tables of one data version. Addresses are relative to that of the document.
pub fn catalog(descriptions: &[Description], version: Option<&str>, licences: &[String]) -> Value {
    let licence: Vec<&String> = licences.iter().collect();
    let datasets = descriptions.iter().map(|description| dataset(description, version, &licence));
    json!({
        "@context": {
            "@vocab": "https://schema.org/",
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
        },
        "@type": ["DataCatalog", "dcat:Catalog"],
        "@id": "/q",
        "name": "aidgraph",
        "dct:title": "aidgraph",
        "description": "Tables of development-cooperation data: programmes, agencies, missions, money.",
        "dct:description": "Tables of development-cooperation data: programmes, agencies, missions, money.",
        "dataset": datasets.collect::<Vec<_>>(),
    })
}

fn dataset(description: &Description, version: Option<&str>, licences: &[&String]) -> Value {
    let name = &description.name;
    let distributions = Format::of(description).map(|format| {
        let address = format!("/q/{name}.{}", format.extension());
        let media = format.media_type().split(';').next().unwrap_or_default();
        json!({
            "@type": ["DataDownload", "dcat:Distribution"],
            "contentUrl": address,
            "encodingFormat": media,
            "dcat:accessURL": { "@id": address },
            "dcat:mediaType": { "@id": format!("{MEDIA_TYPES}{media}") },
        })
    });
    let variables = description.columns.iter().map(|column| {
        json!({
            "@type": "PropertyValue",
            "name": column.name,
            "description": column.description,
            "unitText": column.unit,
        })
    });
    json!({
        "@type": ["Dataset", "dcat:Dataset"],
        "@id": format!("/q/{name}"),
        "name": description.title,
        "dct:title": description.title,
        "description": description.question,
        "dct:description": description.question,
        "version": version,
        "license": licences,
        "isAccessibleForFree": true,
        "distribution": distributions.collect::<Vec<_>>(),
        "variableMeasured": variables.collect::<Vec<_>>(),
    })
}
