import type { Random } from '@profit-sft/core';
import { capitalise, pick } from '../choose.js';
import { answerOf, type Draft, type Reference } from '../problem.js';
import { action, closings, openings, ordinal } from './phrases.js';
import { ReferenceWriter } from './reference-writer.js';

/** One way of wording a solution. Draws its words from `random`; equations and answer are the draft's. */
interface Style {
  readonly name: string;
  write(draft: Draft, random: Random, writer: ReferenceWriter): void;
}

/** Ends a sentence before the next one begins. */
function follow(writer: ReferenceWriter, index: number, text: string): void {
  writer.wording(index === 0 ? text : ` ${text}`);
}

export const styles: readonly Style[] = [
  {
    name: 'terse',
    write(draft, random, writer) {
      writer.wording(
        pick(random, ['Just count:', 'Quick sum:', 'In short:', 'Easy:', 'Work:', 'On paper:', 'Numbers only:']),
      );
      for (const [index, step] of draft.steps.entries()) {
        if (index > 0) writer.wording(pick(random, [', then', ', next', ', and then', '; after that']));
        writer.equation(step);
      }
      writer.wording('.');
    },
  },
  {
    name: 'because',
    write(draft, random, writer) {
      for (const [index, step] of draft.steps.entries()) {
        const cause = pick(random, step.causes);
        const act = action(random, step.operator);
        const lead = pick(random, [
          `Because ${cause}, we ${act}:`,
          `Since ${cause}, you ${act}:`,
          `${capitalise(cause)}, so we ${act}:`,
          `${capitalise(cause)}. That is why we ${act}:`,
          `As ${cause}, ${act}:`,
        ]);
        follow(writer, index, lead);
        writer.equation(step).wording('.');
      }
      if (random.next() < 0.4) writer.wording(` ${pick(random, closings)}`);
    },
  },
  {
    name: 'goal first',
    write(draft, random, writer) {
      const goal = pick(random, draft.goals);
      writer.wording(
        pick(random, [
          `We want ${goal}.`,
          `The question is ${goal}.`,
          `We are asked for ${goal}.`,
          `We must find ${goal}.`,
          `What we need is ${goal}.`,
        ]),
      );
      for (const step of draft.steps) {
        const quantity = pick(random, step.quantities);
        const act = action(random, step.operator);
        writer.wording(
          ` ${pick(random, [
            `To get ${quantity}, ${act}:`,
            `For ${quantity} we ${act}:`,
            `We find ${quantity} like this:`,
            `${capitalise(act)} for ${quantity}:`,
          ])}`,
        );
        writer.equation(step).wording('.');
      }
    },
  },
  {
    name: 'equation first',
    write(draft, random, writer) {
      if (random.next() < 0.6) writer.wording(pick(random, openings));
      for (const step of draft.steps) {
        const quantity = pick(random, step.quantities);
        writer
          .equation(step)
          .wording(
            pick(random, [
              ` gives ${quantity}.`,
              `, which is ${quantity}.`,
              ` shows ${quantity}.`,
              `, and that is ${quantity}.`,
              ` for ${quantity}.`,
            ]),
          );
      }
    },
  },
  {
    name: 'in order',
    write(draft, random, writer) {
      const count = draft.steps.length;
      for (const [index, step] of draft.steps.entries()) {
        const order = ordinal(random, index, count);
        const cause = pick(random, step.causes);
        follow(
          writer,
          index,
          pick(random, [`${order}, ${cause}:`, `${order} we see that ${cause}, so`, `${order} ${cause}. We write`]),
        );
        writer.equation(step).wording('.');
      }
      writer.wording(` ${pick(random, closings)}`);
    },
  },
  {
    name: 'teacher',
    write(draft, random, writer) {
      writer.wording(pick(random, openings));
      for (const step of draft.steps) {
        const cause = pick(random, step.causes);
        const act = action(random, step.operator);
        writer.wording(
          ` ${pick(random, [
            `What happens? ${capitalise(cause)}. So you ${act} and get`,
            `Do you see that ${cause}? Then ${act}. You get`,
            `You know that ${cause}. Please ${act} and write`,
            `Look, ${cause}. When you ${act}, it is`,
          ])}`,
        );
        writer.equation(step).wording('.');
      }
      if (random.next() < 0.5) writer.wording(` ${pick(random, closings)}`);
    },
  },
  {
    name: 'asking oneself',
    write(draft, random, writer) {
      for (const [index, step] of draft.steps.entries()) {
        const quantity = pick(random, step.quantities);
        follow(
          writer,
          index,
          pick(random, [
            `What about ${quantity}? It is`,
            `And ${quantity}? I get`,
            `Do I know ${quantity}? Yes,`,
            `How do I find ${quantity}? With`,
          ]),
        );
        writer.equation(step).wording('.');
      }
      if (random.next() < 0.4) writer.wording(` ${pick(random, closings)}`);
    },
  },
  {
    name: 'first person',
    write(draft, random, writer) {
      if (random.next() < 0.5) writer.wording(`${pick(random, openings)} `);
      for (const [index, step] of draft.steps.entries()) {
        const cause = pick(random, step.causes);
        const act = action(random, step.operator);
        follow(
          writer,
          index,
          pick(random, [
            `I read that ${cause}. My sum is`,
            `The story says that ${cause}. I ${act}:`,
            `I know ${cause}, and I write`,
            `When ${cause}, I ${act}. This makes`,
          ]),
        );
        writer.equation(step).wording('.');
      }
    },
  },
];

export function writeReference(draft: Draft, style: Style, random: Random): Reference {
  const writer = new ReferenceWriter();
  style.write(draft, random, writer);
  return writer.answer(answerOf(draft)).finish(style.name);
}
