//! The closed lists: kinds, errors, warnings. Their words on the wire are stable.

use serde::{Serialize, Serializer};
use std::fmt;

macro_rules! closed_list {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $code:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$doc])* $variant,)+
        }

        impl $name {
            /// Every member, in the order they are documented.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stable word for it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(self.as_str())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}

closed_list! {
    /// What a text is.
    Kind {
        /// A Smart QR document proof, or one frame of a moving one.
        Proof = "proof",
        /// A verifier's Smart QR challenge.
        Challenge = "challenge",
        /// A request to present documents (OpenID4VP 1.0).
        OpenId4Vp = "openid4vp",
        /// An offer to issue documents (OpenID4VCI 1.0).
        OpenId4Vci = "openid4vci",
        /// A link to the government's payment service.
        MPay = "mpay",
        /// A MIA instant payment of the National Bank of Moldova.
        Mia = "mia",
        /// An EMVCo merchant-presented payment.
        Emvco = "emvco",
        /// A SEPA credit transfer (EPC069-12).
        Epc = "epc",
        /// A Swiss QR-bill.
        SwissQr = "swissqr",
        /// An EU digital health certificate.
        Hcert = "hcert",
        /// The way into a Wi-Fi network.
        Wifi = "wifi",
        /// A contact (vCard or MECARD).
        Contact = "contact",
        /// A calendar entry (iCalendar).
        Event = "event",
        /// Any other link.
        Link = "link",
        /// Plain text.
        Text = "text",
    }
}

closed_list! {
    /// In what way a text is broken.
    ErrorCode {
        /// There is nothing to read.
        Empty = "empty",
        /// Longer than any code can be.
        TooLong = "too_long",
        /// The bytes are not text in any encoding the format allows.
        NotText = "not_text",
        /// A mandatory field is absent or empty.
        FieldMissing = "field_missing",
        /// A field is longer than its standard allows.
        FieldTooLong = "field_too_long",
        /// A field's value is outside what its standard allows.
        FieldInvalid = "field_invalid",
        /// A field that must be empty or absent has a value.
        FieldUnexpected = "field_unexpected",
        /// A field that may occur once occurs again.
        FieldDuplicate = "field_duplicate",
        /// Two fields that exclude each other, or contradict each other.
        FieldConflict = "field_conflict",
        /// The version is not one this standard has.
        VersionUnsupported = "version_unsupported",
        /// What announces or closes the structure is wrong.
        StructureInvalid = "structure_invalid",
        /// A tag that is not two digits.
        TagInvalid = "tag_invalid",
        /// A tag that occurs twice.
        TagDuplicate = "tag_duplicate",
        /// A tag where it must not stand.
        TagOrder = "tag_order",
        /// A length that is not two digits, or not the one prescribed.
        LengthInvalid = "length_invalid",
        /// A value that runs past the end.
        LengthOverrun = "length_overrun",
        /// There is no checksum.
        ChecksumMissing = "checksum_missing",
        /// The checksum is of another text.
        ChecksumMismatch = "checksum_mismatch",
        /// The account number is not an IBAN (form, length or check digits).
        IbanInvalid = "iban_invalid",
        /// The bank code is not a BIC.
        BicInvalid = "bic_invalid",
        /// The amount is malformed or out of range.
        AmountInvalid = "amount_invalid",
        /// A currency this format does not carry.
        CurrencyInvalid = "currency_invalid",
        /// A payment reference that fails its check, or does not go with the account.
        ReferenceInvalid = "reference_invalid",
        /// A character set that is unknown, or cannot hold the text.
        CharsetInvalid = "charset_invalid",
        /// Not base45 (RFC 9285).
        Base45Invalid = "base45_invalid",
        /// Not the compression the format prescribes.
        CompressionInvalid = "compression_invalid",
        /// Larger than allowed, before or after inflating.
        PayloadTooLarge = "payload_too_large",
        /// Not a COSE_Sign1 structure.
        CoseInvalid = "cose_invalid",
        /// Not CBOR, or CBOR of the wrong shape.
        CborInvalid = "cbor_invalid",
        /// Not JSON, or JSON of the wrong shape.
        JsonInvalid = "json_invalid",
        /// A DCQL query that breaks OpenID4VP 1.0, section 6.
        DcqlInvalid = "dcql_invalid",
        /// An address that cannot be read, or is not https where it must be.
        UrlInvalid = "url_invalid",
        /// A date or time that does not exist, or an end before its start.
        DateInvalid = "date_invalid",
    }
}

closed_list! {
    /// What is risky for the person, whether or not the text is well formed.
    WarningCode {
        /// `http`: anyone on the way can read and change it.
        InsecureHttp = "insecure_http",
        /// The host is a bare address.
        IpAddressHost = "ip_address_host",
        /// The host is a name of this network or this device only.
        LocalHost = "local_host",
        /// A name before `@`, which hides the real host.
        UserinfoInUrl = "userinfo_in_url",
        /// An internationalised name: some of its letters may only look familiar.
        PunycodeHost = "punycode_host",
        /// Letters of several scripts in one name.
        MixedScriptHost = "mixed_script_host",
        /// Looks like a host of the state and is not.
        LookAlikeHost = "look_alike_host",
        /// Names a service of the state, and is not on a domain of the state.
        StateServiceClaimed = "state_service_claimed",
        /// Not on a domain of the state.
        NonGovernmentHost = "non_government_host",
        /// The real address is hidden behind a shortener.
        ShortenedLink = "shortened_link",
        /// Leads on to another host.
        RedirectInLink = "redirect_in_link",
        /// A port other than the usual.
        UnusualPort = "unusual_port",
        /// Runs as a program instead of opening a page.
        ActiveContent = "active_content",
        /// Downloads a program.
        DownloadLink = "download_link",
        /// A link for some other program.
        UnknownScheme = "unknown_scheme",
        /// A host without a scheme.
        SchemeMissing = "scheme_missing",
        /// Invisible or direction-changing characters.
        HiddenCharacters = "hidden_characters",
        /// Starts a call.
        StartsCall = "starts_call",
        /// Sends a message.
        SendsMessage = "sends_message",
        /// A network without protection.
        OpenNetwork = "open_network",
        /// Protection that is broken in minutes.
        WeakEncryption = "weak_encryption",
        /// The signature is not checked here.
        SignatureNotChecked = "signature_not_checked",
        /// A request that nobody has signed: the asker is unknown.
        UnsignedRequest = "unsigned_request",
        /// A service for trials, not the real one.
        TestEnvironment = "test_environment",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_word_of_the_lists_is_documented_and_occurs_once() {
        let page = include_str!("../../../docs/formats/inspect.md");
        let mut seen = BTreeSet::new();
        let words = Kind::ALL.iter().map(|kind| kind.as_str());
        let words = words.chain(ErrorCode::ALL.iter().map(|code| code.as_str()));
        for word in words.chain(WarningCode::ALL.iter().map(|code| code.as_str())) {
            assert!(
                page.contains(&format!("`{word}`")),
                "{word} is not in docs/formats/inspect.md"
            );
            assert!(seen.insert(word), "{word} is used twice");
        }
    }
}
