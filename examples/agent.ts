// An agent of your own, in front of people in a minute:
//
//   npm start -- --agents examples/agent.ts
//
// Every export that is an agent is taken. It runs on the model that the settings choose (OPENAI_API_KEY and so on),
// or on the built-in one when they choose none.
import { defineAgent, defineTool } from '@netra/agent';
import { z } from 'zod';

const OPENING_HOURS: Readonly<Record<string, string>> = {
  monday: '9:00 to 17:00',
  tuesday: '9:00 to 17:00',
  wednesday: '9:00 to 20:00',
  thursday: '9:00 to 17:00',
  friday: '9:00 to 15:00',
};

const openingHours = defineTool({
  name: 'opening_hours',
  description: 'When the library is open on a day of the week.',
  input: z.object({ day: z.string().describe('a day of the week in English, e.g. monday') }),
  purpose: ({ day }) => `Look up the opening hours of ${day}`,
  execute: ({ day }) => ({ day, hours: OPENING_HOURS[day.toLowerCase()] ?? 'closed' }),
});

export const librarian = defineAgent({
  name: 'librarian',
  description: 'Answers questions about the library.',
  instructions: 'You work at the desk of a small library. Be brief; look the hours up, never guess.',
  tools: [openingHours],
});
