import { type ScanView, sendFrame } from '$lib/api';
import { toLuma } from './luma';

/** Why there is no picture. */
export type CameraTrouble = 'denied' | 'absent' | 'busy';

/** Longer sides than this are scaled down: a code needs no more, and the way to the core is not free. */
const LONGEST_SIDE = 1280;

interface TorchCapabilities extends MediaTrackCapabilities {
  torch?: boolean;
}

/** Names what `getUserMedia` threw (Media Capture and Streams, 10.2). */
export function troubleOf(thrown: unknown): CameraTrouble {
  const name = thrown instanceof DOMException ? thrown.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  if (name === 'NotReadableError' || name === 'AbortError') return 'busy';
  return 'absent';
}

/**
 * Reads codes from a camera: one frame is on its way at a time, and the next is always the newest; none queue.
 */
export class CameraReader {
  #stream: MediaStream | undefined;
  #stopped = false;
  readonly #canvas = document.createElement('canvas');

  /** Opens the camera that looks away from the person, where there is a choice, and plays it in `video`. */
  async open(video: HTMLVideoElement): Promise<void> {
    if (!('mediaDevices' in navigator)) throw new DOMException('', 'NotFoundError');
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: 'environment', width: { ideal: 1280 }, height: { ideal: 720 } },
    });
    if (this.#stopped) {
      for (const track of stream.getTracks()) track.stop();
      return;
    }
    this.#stream = stream;
    video.srcObject = stream;
    await video.play();
  }

  /** Sends frames until it is stopped, and hands each answer on. */
  async read(video: HTMLVideoElement, onanswer: (answer: ScanView) => void): Promise<void> {
    while (!this.#stopped) {
      const frame = this.#grab(video);
      if (frame) onanswer(await sendFrame(frame));
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  }

  get hasTorch(): boolean {
    const track = this.#stream?.getVideoTracks()[0];
    return (track?.getCapabilities() as TorchCapabilities | undefined)?.torch === true;
  }

  async setTorch(on: boolean): Promise<void> {
    const constraint = { torch: on } as MediaTrackConstraintSet;
    await this.#stream?.getVideoTracks()[0]?.applyConstraints({ advanced: [constraint] });
  }

  stop(): void {
    this.#stopped = true;
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = undefined;
  }

  #grab(
    video: HTMLVideoElement,
  ): { width: number; height: number; bytes: Uint8Array<ArrayBuffer> } | undefined {
    if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || video.videoWidth === 0) return undefined;
    const shrink = Math.min(1, LONGEST_SIDE / Math.max(video.videoWidth, video.videoHeight));
    const width = Math.round(video.videoWidth * shrink);
    const height = Math.round(video.videoHeight * shrink);
    this.#canvas.width = width;
    this.#canvas.height = height;
    const pen = this.#canvas.getContext('2d', { willReadFrequently: true, alpha: false });
    if (!pen) return undefined;
    pen.drawImage(video, 0, 0, width, height);
    return { width, height, bytes: toLuma(pen.getImageData(0, 0, width, height).data) };
  }
}
