package dev.unmask.checkpoint;

/**
 * What a pickle says about a run of numbers that lies outside the pickle.
 *
 * @param dtype the type of its elements
 * @param key its name in the file
 * @param count how many elements it has, not negative
 */
record PickledStorage(DType dtype, String key, long count) {}
