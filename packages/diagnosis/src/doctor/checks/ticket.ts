import type { Check } from '../check.ts';
import { takeTicket } from '../conversation.ts';

/** A ticket can be had. */
export const ticket: Check = {
  name: 'ticket',
  title: 'Taking a ticket',
  needs: ['session'],
  async run(context) {
    await takeTicket(context);
    return undefined;
  },
};
