# Completion of smtplab for bash.  Commands and options come from `smtplab --help`, so that they can
# never be out of date; scenarios from `smtplab list`.

_smtplab_commands() {
    smtplab --help 2>/dev/null | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'
}

_smtplab_options() {
    smtplab "$1" --help 2>/dev/null | grep -oE -- '--[a-z-]+' | sort -u
}

_smtplab() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]}
    local words=
    COMPREPLY=()
    # bash takes --to=FORM apart at the sign.
    [ "$word" = '=' ] && word=
    [ "$before" = '=' ] && before=${COMP_WORDS[COMP_CWORD - 2]}
    if [ "$COMP_CWORD" = 1 ]; then
        words=$(_smtplab_commands)
    elif [[ $word == -* ]]; then
        words=$(_smtplab_options "$command")
    else
        case $before in
        --to) words='json jsonl pcap mbox mermaid html' ;;
        --layers) words='core smtp pop3 dns tcp segment bytes all' ;;
        --theme) words='light dark contrast' ;;
        --trace | --pcap | --diagram | --output | -o | --png | --video | --ladder | --script | --answers | --log)
            mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
        --mail | --frames) mapfile -t COMPREPLY < <(compgen -d -- "$word") ;;
        --seed | --until | --set | --at | --record | --message | --for | --fps | --size | --text | --speed) ;;
        *)
            case $command in
            run | check | step | view | grade | serve)
                words=$(smtplab list 2>/dev/null | cut -d' ' -f1)
                mapfile -t COMPREPLY < <(compgen -f -- "$word")
                ;;
            explain) words=$(smtplab explain 2>/dev/null | sed -n 's/^  //p' | tr -d ,) ;;
            help) words=$(_smtplab_commands) ;;
            export | diff | batch) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
            esac
            ;;
        esac
    fi
    mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "$words" -- "$word")
}
complete -o filenames -F _smtplab smtplab
