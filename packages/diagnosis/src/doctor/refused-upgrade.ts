import type { UpgradeAnswer } from './doctor-context.ts';

/** What `openSocket` rejects with when the server answers anything but `101`. */
export class RefusedUpgrade extends Error {
  readonly answer: UpgradeAnswer;
  constructor(answer: UpgradeAnswer) {
    super(`The server answered ${answer.status} to the upgrade.`);
    this.name = 'RefusedUpgrade';
    this.answer = answer;
  }
}
