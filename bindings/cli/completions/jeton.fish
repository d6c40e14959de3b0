# fish completion for jeton. The catalogue's ids come from the program itself.

function __jeton_ids
    jeton catalog $argv[1] --json 2>/dev/null | string match -rg '^[\[ ]\{"id": "([^"]*)"'
end

complete -c jeton -n __fish_use_subcommand -f -a cost -d 'cost per million tokens, over load and context'
complete -c jeton -n __fish_use_subcommand -f -a compare -d 'the same demand on several accelerators'
complete -c jeton -n __fish_use_subcommand -f -a estimate -d 'a scenario per line in, an estimate per line out'
complete -c jeton -n __fish_use_subcommand -f -a catalog -d 'what is built in, with sources and dates'
complete -c jeton -n __fish_use_subcommand -f -a help -d 'help on a command'
complete -c jeton -n __fish_use_subcommand -l version -d 'version of program and library'

set -l modelled '__fish_seen_subcommand_from cost compare'
complete -c jeton -n "$modelled" -l hardware -r -a '(__jeton_ids hardware)' -d 'accelerator'
complete -c jeton -n "$modelled" -l model -r -a '(__jeton_ids model)' -d 'model: an id or a config.json'
complete -c jeton -n "$modelled" -l stack -r -a '(__jeton_ids stack)' -d 'serving software'
complete -c jeton -n "$modelled" -l precision -x -a 'bf16 fp16 fp8 int8 fp4 mxfp4 w4a16'
complete -c jeton -n "$modelled" -l kv-precision -x -a 'bf16 fp16 fp8 int8'
complete -c jeton -n "$modelled" -l tp -x -d 'tensor-parallel ranks'
complete -c jeton -n "$modelled" -l pp -x -d 'pipeline stages'
complete -c jeton -n "$modelled" -l ep -x -d 'expert-parallel ranks'
complete -c jeton -n "$modelled" -l dp -x -d 'attention data-parallel ranks'
complete -c jeton -n "$modelled" -l replicas -x -d 'independent copies'
complete -c jeton -n "$modelled" -l max-num-seqs -x -d 'sequences in one batch'
complete -c jeton -n "$modelled" -l max-batched-tokens -x -d 'tokens in one step'
complete -c jeton -n "$modelled" -l memory-utilization -x -d 'share of memory'
complete -c jeton -n "$modelled" -l chunked-prefill -x -a 'on off'
complete -c jeton -n "$modelled" -l prefix-caching -x -a 'on off'
complete -c jeton -n "$modelled" -l speculative -x -d 'tokens=N,acceptance=A,decay=D'
complete -c jeton -n "$modelled" -l batch -x -d 'requests in the system at once'
complete -c jeton -n "$modelled" -l rate -x -d 'requests arriving per second'
complete -c jeton -n "$modelled" -l offline -d 'a queue that is never empty'
complete -c jeton -n "$modelled" -l context -x -d 'input + output tokens, 1k = 1024'
complete -c jeton -n "$modelled" -l input-share -x -d 'of the context'
complete -c jeton -n "$modelled" -l cached -x -d 'share of the input in the prefix cache'
complete -c jeton -n "$modelled" -l rent -x -a '(__jeton_ids hour)' -d 'per accelerator-hour'
complete -c jeton -n "$modelled" -l own -r -d 'what owning it takes'
complete -c jeton -n "$modelled" -l currency -x -d 'of the rent'
complete -c jeton -n '__fish_seen_subcommand_from cost' -l measured -x -d 'tps=X,itps=Y per accelerator'
complete -c jeton -n '__fish_seen_subcommand_from cost' -l kw -x -d 'its all-in power'
complete -c jeton -n '__fish_seen_subcommand_from cost compare estimate catalog' -l json -d 'a JSON array'
complete -c jeton -n '__fish_seen_subcommand_from catalog' -l text -d 'one entry as a file of your own would hold it'
complete -c jeton -n '__fish_seen_subcommand_from cost compare estimate catalog' -l output -r -d 'write there'
complete -c jeton -n '__fish_seen_subcommand_from cost compare estimate catalog' -l help -s h -d 'help'
complete -c jeton -n '__fish_seen_subcommand_from help' -f -a 'cost compare estimate catalog'
for kind in hardware stack model hour
    complete -c jeton -n "__fish_seen_subcommand_from catalog; and not __fish_seen_subcommand_from hardware stack model hour" -f -a $kind
    complete -c jeton -n "__fish_seen_subcommand_from catalog; and __fish_seen_subcommand_from $kind" -a "(__jeton_ids $kind)"
end
