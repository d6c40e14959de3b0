/* The texts that both suites of the scenario start from. */
#ifndef JTN_TESTS_SCENARIO_H
#define JTN_TESTS_SCENARIO_H

static const char whole[] =
	"{\"id\": \"any\", \"hardware\": \"nvidia-h100-sxm\", \"stack\": \"vllm\", \"model\": \"llama-3.1-70b\",\n"
	" \"deployment\": {\"precision\": \"fp8\", \"kv_precision\": \"fp8\", \"tp\": 4, \"pp\": 1, \"ep\": 1, \"dp\": 1, "
	"\"replicas\": 3,\n"
	"  \"max_num_seqs\": 256, \"max_batched_tokens\": 8192, \"memory_utilization\": 0.9, \"chunked_prefill\": true, "
	"\"prefix_caching\": false,\n"
	"  \"speculative\": {\"tokens\": 3, \"acceptance\": 0.8, \"decay\": 0.9}},\n"
	" \"workload\": {\"input_tokens\": 1000, \"output_tokens\": 500, \"cached_input_tokens\": 0, \"concurrency\": "
	"64},\n"
	" \"hour\": {\"currency\": \"EUR\", \"rent\": \"2.5\"}}";

static const char small[] = "{\"hardware\": \"nvidia-h100-sxm\", \"model\": \"llama-3.1-8b\", \"workload\": "
							"{\"input_tokens\": 1, \"output_tokens\": 1, \"offline\": true}}";

static const char config[] =
	"{\"model_type\": \"llama\", \"architectures\": [\"LlamaForCausalLM\"], \"hidden_size\": 4096, "
	"\"intermediate_size\": "
	"14336, \"num_hidden_layers\": 32, \"num_attention_heads\": 32, \"num_key_value_heads\": 8, \"vocab_size\": "
	"128256, "
	"\"max_position_embeddings\": 131072, \"tie_word_embeddings\": false, \"torch_dtype\": \"bfloat16\"}";

#endif
