/** What carries a command to the host and its answer back. Failures are thrown as `HostFailure`. */
export interface Transport {
  /** Sends arguments as one JSON object. */
  send(command: string, args: object): Promise<unknown>;
  /** Sends raw bytes, with what is to be known of them in headers. */
  sendRaw(command: string, bytes: Uint8Array<ArrayBuffer>, headers: Record<string, string>): Promise<unknown>;
}
