import { type ScriptedStep, scriptedChatModel } from '@jackfield-internal/conformance/langchain';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';

/** What a model would do with the task of this example. */
const script: readonly ScriptedStep[] = [
  {
    toolCalls: [
      { name: 'PETCLINIC_LIST_INVOICES', arguments: { status: 'open' } },
      { name: 'PETCLINIC_LIST_OWNERS', arguments: { tags: ['vip'] } },
    ],
  },
  ({ results }) => {
    const { items } = (results[0]?.value ?? {}) as { items: { id: string; totalCents: number }[] };
    // The amount is wrong at first, as happens to models.
    const amountCents = Math.round((items[0]?.totalCents ?? 0) / 100);
    return {
      toolCalls: [
        { name: 'PETCLINIC_PAY_INVOICE', arguments: { invoiceId: items[0]?.id, method: 'transfer', amountCents } },
      ],
    };
  },
  ({ results }) => {
    const { items } = (results[0]?.value ?? {}) as { items: { id: string; totalCents: number }[] };
    const [invoice] = items;
    return {
      text: `That failed: ${results.at(-1)?.text}`,
      toolCalls: [
        {
          name: 'PETCLINIC_PAY_INVOICE',
          arguments: { invoiceId: invoice?.id, method: 'transfer', amountCents: invoice?.totalCents },
        },
      ],
    };
  },
  { text: 'The open invoice of your VIP, Marta Keller, over 85.00 EUR is paid by transfer.' },
];

/** OpenAI's when its key is in the environment; otherwise one that plays a script, so that this runs anywhere. */
export async function chooseModel(): Promise<BaseChatModel> {
  if (!process.env.OPENAI_API_KEY) return scriptedChatModel(script);
  const { ChatOpenAI } = await import('@langchain/openai');
  return new ChatOpenAI({ model: process.env.OPENAI_MODEL ?? 'gpt-5-mini' });
}
