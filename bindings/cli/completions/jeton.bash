# bash completion for jeton. The catalogue's ids come from the program itself.

_jeton_ids() {
	"${COMP_WORDS[0]}" catalog "$1" --json 2>/dev/null | sed -n 's/^[[ ]{"id": "\([^"]*\)".*/\1/p'
}

_jeton() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]}
	local modelled='--hardware --model --stack --precision --kv-precision --tp --pp --ep --dp --replicas --max-num-seqs
		--max-batched-tokens --memory-utilization --chunked-prefill --prefix-caching --speculative --batch --rate --offline
		--context --input-share --cached --rent --own --currency --json --output --help'
	local list=''
	COMPREPLY=()
	if [ "$COMP_CWORD" = 1 ]; then
		mapfile -t COMPREPLY < <(compgen -W 'cost compare estimate rate margin allocate book catalog help --help --version' -- "$word")
		return
	fi
	case $before in
	--hardware)
		# A list is completed at its last item.
		[ "$command" = compare ] && [[ $word == *,* ]] && list=${word%,*},
		mapfile -t COMPREPLY < <(compgen -P "$list" -W "$(_jeton_ids hardware)" -- "${word##*,}"; compgen -f -- "$word")
		return ;;
	--model) mapfile -t COMPREPLY < <(compgen -W "$(_jeton_ids model)" -- "$word"; compgen -f -- "$word") && return ;;
	--stack) mapfile -t COMPREPLY < <(compgen -W "$(_jeton_ids stack)" -- "$word"; compgen -f -- "$word") && return ;;
	--rent) mapfile -t COMPREPLY < <(compgen -W "$(_jeton_ids hour)" -- "$word") && return ;;
	--book) mapfile -t COMPREPLY < <(compgen -W "$(_jeton_ids book)" -- "$word"; compgen -f -- "$word") && return ;;
	--unknown) mapfile -t COMPREPLY < <(compgen -W 'report error' -- "$word") && return ;;
	--format) mapfile -t COMPREPLY < <(compgen -W 'jsonl csv focus' -- "$word") && return ;;
	--group-by) mapfile -t COMPREPLY < <(compgen -W 'tenant provider model region tier day month meter' -- "$word") && return ;;
	--own | --output | --overlay | --production | --weights | --rerate) mapfile -t COMPREPLY < <(compgen -f -- "$word") && return ;;
	--precision) mapfile -t COMPREPLY < <(compgen -W 'bf16 fp16 fp8 int8 fp4 mxfp4 w4a16' -- "$word") && return ;;
	--kv-precision) mapfile -t COMPREPLY < <(compgen -W 'bf16 fp16 fp8 int8' -- "$word") && return ;;
	--chunked-prefill | --prefix-caching) mapfile -t COMPREPLY < <(compgen -W 'on off' -- "$word") && return ;;
	--tp | --pp | --ep | --dp | --replicas | --max-* | --memory-utilization | --speculative | --batch | --rate | --context | \
		--input-share | --cached | --currency | --measured | --kw | --fx | --bill | --decimals | --jobs | --default-time) return ;;
	esac
	case $command in
	cost) mapfile -t COMPREPLY < <(compgen -W "$modelled --measured --kw" -- "$word") ;;
	compare) mapfile -t COMPREPLY < <(compgen -W "$modelled" -- "$word") ;;
	rate | margin)
		local rated='--book --overlay --skip-bad-entries --repair-float-noise --unknown --default-time --jobs --summary --json --output --help'
		[ "$command" = rate ] && rated+=' --lines --group-by --settle --rerate --format' || rated+=' --production --fx'
		mapfile -t COMPREPLY < <(compgen -W "$rated" -- "$word"; compgen -f -- "$word") ;;
	allocate) mapfile -t COMPREPLY < <(compgen -W '--bill --weights --decimals --json --output --help' -- "$word") ;;
	book)
		if [ "$COMP_CWORD" = 2 ]; then
			mapfile -t COMPREPLY < <(compgen -W 'lint diff --help' -- "$word")
		else
			mapfile -t COMPREPLY < <(compgen -W "$(_jeton_ids book) --strict --json --output --help" -- "$word"; compgen -f -- "$word")
		fi ;;
	estimate) mapfile -t COMPREPLY < <(compgen -W '--json --output --help' -- "$word"; compgen -f -- "$word") ;;
	help) mapfile -t COMPREPLY < <(compgen -W 'cost compare estimate rate margin allocate book catalog' -- "$word") ;;
	catalog)
		if [ "$COMP_CWORD" = 2 ]; then
			mapfile -t COMPREPLY < <(compgen -W 'hardware stack model hour book meters --json --text --output --help' -- "$word")
		else
			mapfile -t COMPREPLY < <(compgen -W "$(_jeton_ids "${COMP_WORDS[2]}") --json --text --output --help" -- "$word"
				compgen -f -- "$word")
		fi ;;
	esac
}

complete -o filenames -o bashdefault -F _jeton jeton
