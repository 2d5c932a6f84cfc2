#!/bin/sh
# What a deal is worth, or what is wrong with it, with no tool but a POSIX shell and sed.
# `contractbill` must be on the path.

# The deal is standard input; the exit status is that of the command.
worth() {
    faults=$(mktemp) || return
    answer=$(contractbill schedule - --format json 2>"$faults")
    status=$?
    case $status in
    0) printf '%s\n' "$answer" | sed -n 's/^    "tcv": "\(.*\)"$/worth \1/p' ;;
    2) sed -n -e 's/^      "path": "\(.*\)",$/wrong \1/p' -e 's/^      "code": "\(.*\)",$/      \1/p' "$faults" ;;
    *) cat "$faults" >&2 ;;
    esac
    rm -f "$faults"
    return "$status"
}

deal() {
    cat <<END
{
  "schema": "contractbill/deal", "version": 1, "id": "C-1", "currency": "USD",
  "orders": [{
    "id": "O-1", "signed_on": "2026-01-01", "term": "12 months",
    "lines": [{
      "id": "seats", "quantity": 25,
      "price": {"unit_amount": "$1", "per": "month"},
      "billing": {"every": "quarter"}
    }]
  }]
}
END
}

deal 59.90 | worth
deal "a lot" | worth
echo "ended with $?"
