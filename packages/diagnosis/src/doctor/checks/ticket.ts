import { BEFORE_TICKET, type Check, OUTAGES } from '../check.ts';
import { takeTicket } from '../conversation.ts';

/** A ticket can be had. */
export const ticket: Check = {
  name: 'ticket',
  title: 'Taking a ticket',
  needs: ['session'],
  restsOn: OUTAGES,
  follows: BEFORE_TICKET,
  async run(context) {
    await takeTicket(context);
    return undefined;
  },
};
