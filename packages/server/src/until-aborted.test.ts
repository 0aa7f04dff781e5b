import { describe, expect, test, vi } from 'vitest';
import { untilAborted } from './until-aborted.ts';

describe('untilAborted', () => {
  test('passes an answer on', async () => {
    const response = await untilAborted(new AbortController().signal, async () => new Response('hello'));
    expect(await response.text()).toBe('hello');
  });

  test('asks nothing when the signal has fired already', async () => {
    let asked = false;
    const answering = untilAborted(AbortSignal.abort(new Error('too late')), async () => {
      asked = true;
      return new Response();
    });
    await expect(answering).rejects.toThrow('too late');
    expect(asked).toBe(false);
  });

  test('rejects with the reason at once, and cancels the answer that comes later', async () => {
    const controller = new AbortController();
    const late = Promise.withResolvers<Response>();
    const cancelled = Promise.withResolvers<void>();
    const answering = untilAborted(controller.signal, () => late.promise);
    controller.abort(new Error('enough'));
    await expect(answering).rejects.toThrow('enough');
    late.resolve(new Response(new ReadableStream({ cancel: () => cancelled.resolve() })));
    await cancelled.promise;
  });

  test('ends a body that is being read', async () => {
    const controller = new AbortController();
    const cancelled = Promise.withResolvers<void>();
    const endless = new ReadableStream({
      start: (stream) => stream.enqueue(new TextEncoder().encode('first')),
      cancel: () => cancelled.resolve(),
    });
    const response = await untilAborted(controller.signal, async () => new Response(endless, { status: 201 }));
    expect(response.status).toBe(201);
    const reader = response.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('first');
    controller.abort(new Error('enough'));
    await expect(reader?.read()).rejects.toThrow('enough');
    await cancelled.promise;
  });

  test('passes on that answering failed, and leaves no listener behind', async () => {
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, 'addEventListener');
    const removed = vi.spyOn(signal, 'removeEventListener');
    await expect(untilAborted(signal, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(added).toHaveBeenCalledOnce();
    expect(removed.mock.calls[0]?.slice(0, 2)).toEqual(added.mock.calls[0]?.slice(0, 2));
  });
});
