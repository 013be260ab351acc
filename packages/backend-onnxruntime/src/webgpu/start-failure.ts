/** Why WebGPU did not start, from the provider's message: the common reason in words, any other as it is. */
export function startFailure(message: string): string {
  return /WebGPU adapter/i.test(message) ? 'no GPU driver that WebGPU can use was found' : message.trim();
}
