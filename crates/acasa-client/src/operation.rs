//! Which requests belong together: those of one operation carry one random number (W3C Trace Context), by which the
//! gateway's log and the app's own failure can be laid side by side. It says nothing of the device or the person, and
//! the next operation has another.

use acasa_crypto::random;

tokio::task_local! {
    static OPERATION: [u8; 16];
}

/// Runs as one operation, unless it is part of one already.
pub(crate) async fn as_one<T>(operation: impl Future<Output = T>) -> T {
    // Three places wait for it, and each would have room for it.
    let operation = Box::pin(operation);
    match OPERATION.try_with(|_| ()) {
        Ok(()) => operation.await,
        Err(_) => match random::make_bytes::<16>() {
            Ok(number) => OPERATION.scope(number, operation).await,
            Err(_) => operation.await,
        },
    }
}

/// The header of one request of the operation, or of an operation of its own. Whether it is recorded is the gateway's
/// to say.
pub(crate) fn traceparent() -> Option<String> {
    let operation = OPERATION.try_with(|operation| *operation).ok();
    let operation = operation.or_else(|| random::make_bytes::<16>().ok())?;
    let request = random::make_bytes::<8>().ok()?;
    let (operation, request) = (u128::from_be_bytes(operation), u64::from_be_bytes(request));
    Some(format!("00-{operation:032x}-{request:016x}-00"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The operation and the request of a header.
    fn parts(header: &str) -> (String, String) {
        let parts: Vec<&str> = header.split('-').collect();
        let [version, operation, request, flags] = parts[..] else {
            panic!("{header}")
        };
        let is_hex = |part: &str| part.bytes().all(|byte| b"0123456789abcdef".contains(&byte));
        assert_eq!((version, flags), ("00", "00"));
        assert!(operation.len() == 32 && request.len() == 16, "{header}");
        assert!(is_hex(operation) && is_hex(request), "{header}");
        (operation.to_owned(), request.to_owned())
    }

    #[tokio::test]
    async fn requests_of_one_operation_carry_its_number_and_each_its_own() {
        let send = async || parts(&traceparent().unwrap());
        let (first, second) = as_one(async { (send().await, as_one(send()).await) }).await;
        let (other, alone) = (as_one(send()).await, send().await);

        assert_eq!(first.0, second.0);
        assert_ne!(first.1, second.1);
        assert_ne!(first.0, other.0);
        assert_ne!(alone.0, other.0);
    }
}
