//! Traces of requests for a collector: OTLP over HTTP, as JSON. Built in with the feature `otlp`, and off unless an address
//! is given. Source: OpenTelemetry protocol 1.x.

use tokio::runtime::Handle;
use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::registry::LookupSpan;

use super::failure::Failure;

/// What hears of spans.
pub(super) type Ear<S> = Box<dyn Layer<S> + Send + Sync>;

/// Begins to send traces to a collector, from threads of a runtime; nothing where no address is given.
///
/// # Errors
/// [`Failure::Usage`] for an address that is none, and where the program was built without traces.
pub(super) fn begin<S>(
    collector: Option<&str>,
    runtime: &Handle,
) -> Result<(Option<Ear<S>>, Traces), Failure>
where
    S: Subscriber + for<'a> LookupSpan<'a> + Send + Sync,
{
    match collector {
        Some(address) => sent_to(address, runtime),
        None => Ok((None, Traces::none())),
    }
}

#[cfg(not(feature = "otlp"))]
pub(super) use without::{Traces, sent_to};

#[cfg(feature = "otlp")]
pub(super) use with::{Traces, sent_to};

#[cfg(not(feature = "otlp"))]
mod without {
    use super::{Ear, Failure, Handle};

    /// Traces on their way: none.
    #[derive(Debug)]
    pub(in crate::cli) struct Traces(());

    impl Traces {
        pub(super) fn none() -> Self {
            Self(())
        }

        /// Nothing is on its way.
        pub(in crate::cli) fn end(self) {
            let Self(()) = self;
        }
    }

    pub(in crate::cli) fn sent_to<S>(
        _: &str,
        _: &Handle,
    ) -> Result<(Option<Ear<S>>, Traces), Failure> {
        let message = "this program was built without traces; build it with `--features otlp`";
        Err(Failure::Usage(message.to_owned()))
    }
}

#[cfg(feature = "otlp")]
mod with {
    use std::time::Duration;

    use async_graphql::async_trait::async_trait;
    use axum::body::{Body, Bytes, to_bytes};
    use axum::http::{Request, Response, Uri};
    use hyper_util::client::legacy::Client;
    use hyper_util::client::legacy::connect::HttpConnector;
    use hyper_util::rt::TokioExecutor;
    use opentelemetry::trace::TracerProvider as _;
    use opentelemetry_http::{HttpClient, HttpError};
    use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
    use opentelemetry_sdk::Resource;
    use opentelemetry_sdk::trace::SdkTracerProvider;
    use tracing::Subscriber;
    use tracing::level_filters::LevelFilter;
    use tracing_subscriber::Layer as _;
    use tracing_subscriber::filter::Targets;
    use tracing_subscriber::registry::LookupSpan;

    use super::{Ear, Failure, Handle};

    /// How long a collector may take, also for what is on its way at the end.
    const PATIENCE: Duration = Duration::from_secs(3);

    /// The most that is read of what a collector says.
    const SAID: usize = 64 * 1024;

    /// Traces on their way.
    #[derive(Debug)]
    pub(in crate::cli) struct Traces(Option<SdkTracerProvider>);

    impl Traces {
        pub(super) fn none() -> Self {
            Self(None)
        }

        /// Sends what is still on its way. What the collector does not take by now is lost.
        pub(in crate::cli) fn end(self) {
            if let Some(Err(err)) = self.0.map(|sent| sent.shutdown_with_timeout(PATIENCE)) {
                tracing::warn!(error = &err as &dyn std::error::Error, "traces were lost");
            }
        }
    }

    pub(in crate::cli) fn sent_to<S>(
        address: &str,
        runtime: &Handle,
    ) -> Result<(Option<Ear<S>>, Traces), Failure>
    where
        S: Subscriber + for<'a> LookupSpan<'a> + Send + Sync,
    {
        let refused = || {
            Failure::Usage(format!(
                "`{address}` is no address of a collector; write http://HOST:4318/v1/traces"
            ))
        };
        let uri: Uri = address.parse().map_err(|_| refused())?;
        if uri.scheme_str() != Some("http") || uri.host().is_none() {
            return Err(refused());
        }
        let exporter = SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpJson)
            .with_endpoint(address)
            .with_timeout(PATIENCE)
            .with_http_client(Carrier::new(runtime.clone()))
            .build()
            .map_err(|err| Failure::because(&err))?;
        let resource = Resource::builder()
            .with_service_name(env!("CARGO_PKG_NAME"))
            .with_attribute(opentelemetry::KeyValue::new(
                "service.version",
                env!("CARGO_PKG_VERSION"),
            ))
            .build();
        let sent = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_resource(resource)
            .build();
        let tracer = sent.tracer(env!("CARGO_PKG_NAME"));
        let ear = tracing_opentelemetry::layer()
            .with_tracer(tracer)
            .with_location(false)
            .with_threads(false)
            .with_filter(Targets::new().with_target(env!("CARGO_PKG_NAME"), LevelFilter::DEBUG))
            .boxed();
        Ok((Some(ear), Traces(Some(sent))))
    }

    /// Carries traces on the threads of the service; those that collect them have no reactor of their own.
    #[derive(Debug)]
    struct Carrier {
        runtime: Handle,
        client: Client<HttpConnector, Body>,
    }

    impl Carrier {
        fn new(runtime: Handle) -> Self {
            Self { runtime, client: Client::builder(TokioExecutor::new()).build_http() }
        }
    }

    #[async_trait]
    impl HttpClient for Carrier {
        async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
            let client = self.client.clone();
            let sending = self.runtime.spawn(async move {
                let answer = client.request(request.map(Body::from)).await?;
                let (parts, body) = answer.into_parts();
                let body = to_bytes(Body::new(body), SAID).await?;
                Ok::<_, HttpError>(Response::from_parts(parts, body))
            });
            sending.await?
        }
    }
}
