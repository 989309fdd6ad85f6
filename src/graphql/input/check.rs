//! Checks of filters: their size, the length of texts, and the form of codes.

use crate::graphql::context::{country_code, currency_code};
use crate::graphql::error::{ApiError, ApiResult};
use crate::model::facet::Facet;
use crate::read::filter::Filter;

/// Maximum number of conditions in one filter.
const MAX_QUESTIONS: usize = 500;

/// Maximum length of a search text, in characters.
const MAX_TEXT: usize = 200;

/// Checks the length of a search text: every word of it costs time.
///
/// # Errors
/// `BAD_USER_INPUT` for a text that is too long.
pub(in crate::graphql) fn bounded(text: &str) -> ApiResult<()> {
    if text.chars().count() > MAX_TEXT {
        return Err(ApiError::input(format!("`text` must be at most {MAX_TEXT} characters long")));
    }
    Ok(())
}

/// Checks the size of a filter and the form of its codes, and converts codes to upper case.
///
/// # Errors
/// `LIMIT_EXCEEDED` for too many conditions. `BAD_USER_INPUT` for a malformed code, which would otherwise match nothing and
/// suggest that nothing was given.
pub(in crate::graphql) fn checked(filter: Filter) -> ApiResult<Filter> {
    let questions = filter.size();
    if questions > MAX_QUESTIONS {
        let message = format!(
            "a filter may have at most {MAX_QUESTIONS} conditions, this one has {questions}"
        );
        return Err(ApiError::limit(message));
    }
    with_codes(filter)
}

fn with_codes(filter: Filter) -> ApiResult<Filter> {
    let each = |filters: Vec<Filter>| filters.into_iter().map(with_codes).collect::<ApiResult<_>>();
    Ok(match filter {
        Filter::Is(facet @ (Facet::Country | Facet::Donor), codes) => {
            let code =
                |text: String| country_code(&text.to_uppercase()).map(|code| code.to_string());
            Filter::Is(facet, codes.into_iter().map(code).collect::<ApiResult<_>>()?)
        }
        Filter::Is(Facet::Currency, codes) => {
            let code =
                |text: String| currency_code(&text.to_uppercase()).map(|code| code.to_string());
            Filter::Is(Facet::Currency, codes.into_iter().map(code).collect::<ApiResult<_>>()?)
        }
        Filter::Text(text) => {
            bounded(&text)?;
            Filter::Text(text)
        }
        Filter::OfProgramme(filter) => Filter::OfProgramme(Box::new(with_codes(*filter)?)),
        Filter::And(filters) => Filter::And(each(filters)?),
        Filter::Or(filters) => Filter::Or(each(filters)?),
        Filter::Not(filter) => Filter::Not(Box::new(with_codes(*filter)?)),
        other => other,
    })
}
