//! What institutions ask of templates.

use acasa_wire::mnotify::{
    CheckRequest, MnotifyError, Notification, Paging, Recipient, RecipientType, Template, TemplateDto,
    TemplateShortDto,
};
use axum::{
    Json,
    extract::{Path, Query, State, rejection::JsonRejection},
};
use uuid::Uuid;

use super::{Institution, KEPT, Mnotify, api::page, fill::Variables, problem::Problem, senders::From};

pub(super) async fn add(
    State(mnotify): State<Mnotify>,
    From(sender): From,
    template: Result<Json<Template>, JsonRejection>,
) -> Result<String, Problem> {
    let Json(template) = template?;
    template.check()?;
    let id = Uuid::now_v7();
    let dto = TemplateDto {
        id,
        sender_id: sender.id.to_owned(),
        trace: mnotify.trace(sender),
        template,
    };
    let mut state = mnotify.state();
    if state.templates.len() >= KEPT {
        return Err(Problem::Full);
    }
    state.templates.push(dto);
    Ok(id.to_string())
}

pub(super) async fn list(
    State(mnotify): State<Mnotify>,
    From(sender): From,
    Query(paging): Query<Paging>,
) -> Json<Vec<TemplateShortDto>> {
    let state = mnotify.state();
    let own = state.templates.iter().filter(|dto| dto.sender_id == sender.id);
    let items = own.map(|dto| TemplateShortDto {
        id: dto.id,
        name: dto.template.name.clone(),
        trace: dto.trace.clone(),
    });
    Json(page(items.collect(), &paging, |item| item.id))
}

pub(super) async fn read(
    State(mnotify): State<Mnotify>,
    From(sender): From,
    Path(id): Path<String>,
) -> Result<Json<TemplateDto>, Problem> {
    mnotify.template(sender, &id).map(Json).ok_or(Problem::NotFound)
}

pub(super) async fn change(
    State(mnotify): State<Mnotify>,
    From(sender): From,
    Path(id): Path<String>,
    template: Result<Json<Template>, JsonRejection>,
) -> Result<String, Problem> {
    let Json(template) = template?;
    template.check()?;
    let now = mnotify.now();
    let mut state = mnotify.state();
    let dto = state.templates.iter_mut().find(|dto| is(dto, sender, &id));
    let dto = dto.ok_or(Problem::NotFound)?;
    dto.template = template;
    dto.trace.last_updated_at = now;
    Ok(dto.id.to_string())
}

pub(super) async fn remove(
    State(mnotify): State<Mnotify>,
    From(sender): From,
    Path(id): Path<String>,
) -> Result<String, Problem> {
    let mut state = mnotify.state();
    let place = state.templates.iter().position(|dto| is(dto, sender, &id));
    let place = place.ok_or(Problem::NotFound)?;
    let removed = state.templates.get(place).map(|dto| dto.id);
    let waits = |kept: &super::Kept| {
        kept.status == acasa_wire::mnotify::NotificationStatus::Pending
            && kept.request.template.as_ref().map(|template| template.id) == removed
    };
    if state.notifications.iter().any(waits) {
        return Err(Problem::Conflict);
    }
    Ok(state.templates.remove(place).id.to_string())
}

pub(super) async fn check(
    State(mnotify): State<Mnotify>,
    From(sender): From,
    Path(id): Path<String>,
    request: Result<Json<CheckRequest>, JsonRejection>,
) -> Result<Json<TemplateDto>, Problem> {
    let Json(request) = request?;
    mnotify.filled(sender, &id, &request)
}

pub(super) async fn check_query(
    State(mnotify): State<Mnotify>,
    From(sender): From,
    Path(id): Path<String>,
    Query(request): Query<CheckRequest>,
) -> Result<Json<TemplateDto>, Problem> {
    mnotify.filled(sender, &id, &request)
}

impl Mnotify {
    fn filled(
        &self,
        sender: &Institution,
        id: &str,
        request: &CheckRequest,
    ) -> Result<Json<TemplateDto>, Problem> {
        let mut dto = self.template(sender, id).ok_or(Problem::NotFound)?;
        let recipient = request.user_id.as_ref().map(|number| Recipient {
            value: number.clone(),
            kind: RecipientType::Idnp,
        });
        let person = recipient.as_ref().and_then(|recipient| self.person(recipient));
        let variables = Variables::new(request.values()?, self.timestamp(), recipient.as_ref(), person);
        dto.template.subject = variables.fill(&dto.template.subject);
        dto.template.body = variables.fill(&dto.template.body);
        dto.template.body_short = dto.template.body_short.map(|short| variables.fill(&short));
        Ok(Json(dto))
    }

    pub(super) fn template(&self, sender: &Institution, id: &str) -> Option<TemplateDto> {
        let state = self.state();
        state.templates.iter().find(|dto| is(dto, sender, id)).cloned()
    }

    /// Whether the template there is, and what is sent by it is by the rules.
    pub(super) fn check_template(&self, sender: &Institution, request: &Notification) -> Result<(), Problem> {
        let Some(template) = &request.template else {
            return Ok(());
        };
        let dto = self
            .template(sender, &template.id.to_string())
            .ok_or(MnotifyError::TemplateUnknown)?;
        let variables = Variables::new(template.values()?, self.timestamp(), None, None);
        let subject = variables.fill(&dto.template.subject);
        Ok(request.check_texts(&subject, &variables.fill(&dto.template.body))?)
    }
}

fn is(dto: &TemplateDto, sender: &Institution, id: &str) -> bool {
    dto.sender_id == sender.id && Uuid::parse_str(id) == Ok(dto.id)
}
