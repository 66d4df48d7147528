/**
 * Reading Hugging Face checkpoints of BERT masked language models: {@code config.json}, the tensors
 * of safetensors and PyTorch files, whole or in shards, and the role that each tensor plays. Tokenizer
 * files live in {@code text}, and what is computed with the tensors lives in {@code graph}. Whatever
 * can't be read is refused with a {@link dev.unmask.fault.Fault} that names the file and the tensor.
 */
package dev.unmask.checkpoint;
