/**
 * What runs when: lanes for the work before and after the model, admission, the queue, deadlines and the forming of
 * batches. It knows token counts and rows of numbers,
 * and nothing of texts, predictions or HTTP. The engine behind it is used by one thread only.
 */
package dev.unmask.batching;
