import { machineText, thisMachine } from '../../bench/machine.js';
import { compareModels } from './compare-models.js';
import { pageOf } from './core-tokens-page.js';

/**
 * Study 4 as a page: how probable core and trivial tokens are. Needs `PROFIT_TEST_DATA`.
 *
 * @param onDone called with each comparison that is done
 */
export async function coreTokensPage(onDone: (title: string) => void): Promise<string> {
  return pageOf(await compareModels(onDone), machineText(await thisMachine()));
}
