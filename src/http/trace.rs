//! What a trace tells of a request, where the program was built with the feature `otlp`: whose part it is, and what it was.
//! Never the query of an address, a header or a variable. Source: OpenTelemetry, semantic conventions for HTTP; W3C, Trace
//! Context.

#[cfg(not(feature = "otlp"))]
pub(super) use without::{begin, end};

#[cfg(feature = "otlp")]
pub(super) use with::{begin, end};

#[cfg(not(feature = "otlp"))]
mod without {
    use axum::http::{Request, StatusCode};
    use tracing::Span;

    pub(in crate::http) fn begin<B>(_: &Span, _: &Request<B>) {}

    pub(in crate::http) fn end(_: &Span, _: StatusCode) {}
}

#[cfg(feature = "otlp")]
mod with {
    use axum::http::{Request, StatusCode};
    use opentelemetry::propagation::TextMapPropagator as _;
    use opentelemetry::trace::Status;
    use opentelemetry_http::HeaderExtractor;
    use opentelemetry_sdk::propagation::TraceContextPropagator;
    use tracing::Span;
    use tracing_opentelemetry::OpenTelemetrySpanExt as _;

    /// Tells what is asked, and of whose trace it is a part.
    pub(in crate::http) fn begin<B>(span: &Span, request: &Request<B>) {
        let parent = TraceContextPropagator::new().extract(&HeaderExtractor(request.headers()));
        // Fails where nobody hears of spans.
        let _ = span.set_parent(parent);
        span.set_attribute("http.request.method", request.method().to_string());
        span.set_attribute("url.path", request.uri().path().to_owned());
    }

    /// Tells how it ended.
    pub(in crate::http) fn end(span: &Span, status: StatusCode) {
        span.set_attribute("http.response.status_code", i64::from(status.as_u16()));
        if status.is_server_error() {
            span.set_status(Status::error(""));
        }
    }
}
