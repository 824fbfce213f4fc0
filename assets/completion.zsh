#compdef smtplab
# Completion of smtplab for zsh.  Commands and options come from `smtplab --help`, so that they can
# never be out of date; scenarios from `smtplab list`.

_smtplab() {
    local -a commands options scenarios
    if (( CURRENT == 2 )); then
        commands=(${(f)"$(smtplab --help 2>/dev/null |
            sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) *[A-Z.|\[\]]* *\(.*\)/\1:\2/p')"})
        _describe command commands
    elif [[ $words[CURRENT] == -* ]]; then
        options=(${(f)"$(smtplab $words[2] --help 2>/dev/null | grep -oE -- '--[a-z-]+' | sort -u)"})
        compadd -- $options
    else
        case $words[CURRENT-1] in
        --to) compadd json jsonl pcap mbox mermaid html; return ;;
        --layers) compadd -S '' core smtp pop3 dns tcp segment bytes all; return ;;
        --mail|--frames) _files -/; return ;;
        --theme) compadd light dark contrast; return ;;
        --png|--video|--ladder|--script|--answers|--log) _files; return ;;
        esac
        case $words[2] in
        run|check|step|view|grade|serve)
            scenarios=(${(f)"$(smtplab list 2>/dev/null | cut -d' ' -f1)"})
            compadd -- $scenarios
            _files ;;
        explain) compadd -- ${(f)"$(smtplab explain 2>/dev/null | sed -n 's/^  //p' | tr -d ,)"} ;;
        *) _files ;;
        esac
    fi
}
_smtplab "$@"
