/** Tells the hand, or else the ear, that a code was read. */
export function signalFound(): void {
  if (typeof navigator.vibrate === 'function' && navigator.vibrate(60)) return;
  try {
    const audio = new AudioContext();
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    volume.gain.value = 0.08;
    tone.frequency.value = 880;
    tone.connect(volume).connect(audio.destination);
    tone.onended = () => void audio.close();
    tone.start();
    tone.stop(audio.currentTime + 0.09);
  } catch {
    // A device without sound: the screen says it all.
  }
}
