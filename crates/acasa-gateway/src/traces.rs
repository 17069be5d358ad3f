//! Traces: a span for each request and each storage call in it, sent by OTLP over HTTP to a collector.
//!
//! A span says what the program itself names: method, template of the route, status, code. Nothing in it comes from a
//! request but the trace's number, and nothing is about a person.

mod transport;

use std::{sync::OnceLock, time::Duration};

use acasa_protocol::paths;
use axum::http::{HeaderMap, Method};
use opentelemetry::{
    Context, KeyValue,
    propagation::TextMapPropagator as _,
    trace::{
        SpanContext, SpanKind, Status, TraceContextExt as _, TraceState, Tracer as _, TracerProvider as _,
    },
};
use opentelemetry_http::HeaderExtractor;
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::{
    Resource,
    propagation::TraceContextPropagator,
    trace::{Sampler, SdkTracer, SdkTracerProvider},
};
use url::Url;

use transport::Transport;

/// Where a collector takes spans, below its address.
const TRACES: &str = "v1/traces";
/// How long sending may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where spans go, and how many of them.
#[derive(Debug, Clone, PartialEq)]
pub struct TraceSettings {
    /// The collector's address for OTLP over HTTP; spans go to `v1/traces` below it.
    pub collector: Url,
    /// The share of traces that is sent, 0 to 1, whatever the other side would like.
    pub share: f64,
}

/// Why spans cannot be sent as told.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TraceError {
    /// The collector's address cannot be one.
    #[error("the address of the collector cannot be used")]
    Address,
    /// The HTTP client cannot be made.
    #[error("the client for the collector cannot be made")]
    Client(#[source] reqwest::Error),
    /// The exporter cannot be made.
    #[error("the exporter of traces cannot be made")]
    Exporter,
}

impl TraceError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Address => "traces_address",
            Self::Client(_) => "traces_client",
            Self::Exporter => "traces_exporter",
        }
    }

    /// Never: what was told is wrong.
    pub fn retryable(&self) -> bool {
        false
    }
}

/// Makes spans and sends them.
pub struct Traces {
    provider: SdkTracerProvider,
    tracer: SdkTracer,
}

impl Traces {
    /// Nothing is sent yet. To be called where tokio runs.
    pub fn open(settings: &TraceSettings) -> Result<Self, TraceError> {
        let mut base = settings.collector.clone();
        if !matches!(base.scheme(), "http" | "https") || !(0.0..=1.0).contains(&settings.share) {
            return Err(TraceError::Address);
        }
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", base.path()));
        }
        let address = base.join(TRACES).map_err(|_| TraceError::Address)?;
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Transport::new(PATIENCE).map_err(TraceError::Client)?)
            .with_endpoint(address)
            .with_timeout(PATIENCE)
            .build()
            .map_err(|_| TraceError::Exporter)?;
        // Not the default resource: it would take what the environment says of this machine.
        let resource = Resource::builder_empty()
            .with_service_name("acasa-gateway")
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .build();
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_sampler(Sampler::TraceIdRatioBased(settings.share))
            .with_resource(resource)
            .build();
        let tracer = provider.tracer("acasa-gateway");
        Ok(Self { provider, tracer })
    }

    /// Begins the span of a request.
    pub(crate) fn request(&self, parent: Option<&SpanContext>, method: &Method, route: &str) -> Context {
        let method = crate::metrics::method(method);
        let parent = parent.map_or_else(Context::new, |parent| {
            Context::new().with_remote_span_context(parent.clone())
        });
        let span = self
            .tracer
            .span_builder(format!("{method} {route}"))
            .with_kind(SpanKind::Server)
            .with_attributes([
                KeyValue::new("http.request.method", method),
                KeyValue::new("http.route", route.to_owned()),
            ])
            .start_with_context(&self.tracer, &parent);
        parent.with_span(span)
    }

    /// Begins the span of a storage call, if it belongs to a request.
    pub(crate) fn storage(&self, within: &Context) -> Option<Context> {
        within.has_active_span().then(|| {
            let builder = self.tracer.span_builder("storage").with_kind(SpanKind::Client);
            within.with_span(builder.start_with_context(&self.tracer, within))
        })
    }

    /// Sends what is left, for a few seconds at most. Waits for the network on the thread that calls it.
    pub(crate) fn close(&self) {
        if self.provider.shutdown_with_timeout(PATIENCE).is_err() {
            tracing::warn!("traces.not_sent");
        }
    }
}

/// Ends the span of a request.
pub(crate) fn answered(span: &Context, status: u16, code: Option<&str>) {
    let span = span.span();
    span.set_attribute(KeyValue::new("http.response.status_code", i64::from(status)));
    if let Some(code) = code {
        span.set_attribute(KeyValue::new("error.type", code.to_owned()));
    }
    if status >= 500 {
        span.set_status(Status::error(""));
    }
    span.end();
}

/// Ends the span of a storage call.
pub(crate) fn stored(span: &Context, code: Option<&'static str>) {
    let span = span.span();
    if let Some(code) = code {
        span.set_attribute(KeyValue::new("error.type", code));
        span.set_status(Status::error(""));
    }
    span.end();
}

/// The operation that a request says it belongs to. Of what else such headers may hold nothing is kept: it could be
/// anything.
pub(crate) fn parent(headers: &HeaderMap) -> Option<SpanContext> {
    static PROPAGATOR: OnceLock<TraceContextPropagator> = OnceLock::new();
    // The reader of the header takes shorter numbers for such with zeros in front.
    let lengths = [2, 32, 16, 2];
    let told = headers.get(paths::TRACEPARENT)?.to_str().ok()?;
    if !told.split('-').map(str::len).eq(lengths) {
        return None;
    }
    let propagator = PROPAGATOR.get_or_init(TraceContextPropagator::new);
    let found = propagator.extract_with_context(&Context::new(), &HeaderExtractor(headers));
    let found = found.span().span_context().clone();
    found.is_valid().then(|| {
        SpanContext::new(
            found.trace_id(),
            found.span_id(),
            found.trace_flags(),
            true,
            TraceState::default(),
        )
    })
}
