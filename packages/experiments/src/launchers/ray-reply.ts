import { parseJson } from '@profit-sft/core';
import { LauncherError } from './launcher-error.js';

function unlikeRay(text: string, url: string, cause?: unknown): LauncherError {
  return new LauncherError('ray', `${url} does not answer as Ray's Jobs API does: ${text.slice(0, 100)}`, { cause });
}

function parseReply(text: string, url: string): Readonly<Record<string, unknown>> {
  let reply: unknown;
  try {
    reply = parseJson(text);
  } catch (cause) {
    throw unlikeRay(text, url, cause);
  }
  if (typeof reply !== 'object' || reply === null) throw unlikeRay(text, url);
  return reply as Readonly<Record<string, unknown>>;
}

/**
 * The name that Ray gave a job.
 * @param url where the reply comes from, for the message
 * @throws LauncherError for a reply without one
 */
export function submissionId(text: string, url: string): string {
  const { submission_id: id } = parseReply(text, url);
  // It becomes part of the URLs that ask for the job.
  if (typeof id !== 'string' || !/^\w[\w.-]*$/.test(id)) throw unlikeRay(text, url);
  return id;
}

/**
 * What Ray says of a job: PENDING, RUNNING, STOPPED, SUCCEEDED or FAILED, and in one line why.
 * @param url where the reply comes from, for the message
 * @throws LauncherError for a reply without a status
 */
export function jobStatus(text: string, url: string): { readonly status: string; readonly why: string } {
  const { status, message } = parseReply(text, url);
  if (typeof status !== 'string') throw unlikeRay(text, url);
  return { status, why: typeof message === 'string' ? message.trim().split('\n')[0] : '' };
}
