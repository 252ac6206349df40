/** Keeps a moving picture fluent: draws coarser while frames take too long, sharp again at rest. Pure. */

/** A frame may take this long while the view moves: about 22 a second. */
const BUDGET_MS = 45;
const STEPS = [1, 0.75, 0.5, 0.35];
const FRAMES = 4;

export class Pace {
  private step = 0;
  private slow = 0;
  private quick = 0;

  /** Share of the full resolution to draw with after a frame of `ms` while moving. */
  moved(ms: number): number {
    if (ms > BUDGET_MS) {
      this.quick = 0;
      if (++this.slow >= FRAMES && this.step < STEPS.length - 1) {
        this.step++;
        this.slow = 0;
      }
    } else {
      this.slow = 0;
      if (ms < BUDGET_MS / 3 && ++this.quick >= FRAMES * 5 && this.step > 0) {
        this.step--;
        this.quick = 0;
      }
    }
    return this.share;
  }

  get share(): number {
    return STEPS[this.step]!;
  }
}
