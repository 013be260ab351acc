/** Writes the tables of docs/cost.md from the baseline and the kept results. */
import { writeCostPage } from './cost-page.js';

await writeCostPage();
