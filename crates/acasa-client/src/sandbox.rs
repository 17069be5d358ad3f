//! What only a sandbox answers: the people one can be, and signing in as one without a browser.

use acasa_protocol::sandbox::{
    PEOPLE, People, SIGN_IN, SandboxPerson, SignInShortcut, SignInShortcutResponse,
};
use reqwest::Method;
use url::Url;

use crate::{Callback, Client, ClientError, PendingSignIn};

impl Client {
    /// The people one can be.
    pub async fn sandbox_people(&self) -> Result<Vec<SandboxPerson>, ClientError> {
        let people: People = self.get_json(&self.join(PEOPLE)?, "people").await?;
        Ok(people.people)
    }

    /// Completes a sign-in as that person. What comes back is checked like any browser's return.
    pub async fn sandbox_sign_in(
        &self,
        pending: &PendingSignIn,
        person: &str,
    ) -> Result<Callback, ClientError> {
        let request = pending.authorization_url().to_string();
        let body = SignInShortcut {
            request,
            person: person.to_owned(),
        };
        let request = self.request(Method::POST, &self.join(SIGN_IN)?).json(&body);
        let answer: SignInShortcutResponse = self.send_json(request, "sign-in").await?;
        let redirect =
            Url::parse(&answer.redirect).map_err(|_| ClientError::Unexpected { what: "sign-in" })?;
        Callback::parse(&redirect)
    }
}
