// The account of a listen: how much of the span has sounded.

export const LOOP_PAUSE_MS = 350; // silence between two loops

/** How much of the span has sounded after `elapsedMs` of one part, and how many whole loops. */
export function listenProgress(part, elapsedMs, [startMs, endMs]) {
  const overlap = (toMs) => Math.max(0, Math.min(toMs, endMs) - Math.max(part.fromMs, startMs));
  const playedMs = elapsedMs * part.speed;
  if (!part.looping) return { ms: overlap(Math.min(part.fromMs + playedMs, part.toMs)), loops: 0 };
  const cycleMs = part.toMs - part.fromMs + LOOP_PAUSE_MS * part.speed;
  const loops = Math.floor(playedMs / cycleMs);
  const rest = Math.min(part.fromMs + (playedMs % cycleMs), part.toMs);
  return { ms: loops * overlap(part.toMs) + overlap(rest), loops };
}
