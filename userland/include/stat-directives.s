# Between the files of stat: rows of directives: a letter, what it puts out, and where that is from.
.equ AS_TEXT, 0                         # the row's word is a function() -> a0 = text
.equ AS_NUMBER, 1                       # function() -> a0 = number, shown as decimal
.equ AS_OCTAL, 2
.equ AS_HEXADECIMAL, 3
.equ FIELD, 4                           # added: the word is not a function, but the address of an 8-byte field
.equ HALF_FIELD, 8                      # likewise, of 4 bytes

.equ directive_letter, 0
.equ directive_kind, 4
.equ directive_word, 8
.equ SIZEOF_directive, 16

.macro directive letter, kind, word
        .word \letter, \kind
        .dword \word
.endm

.equ HIGH, 256                          # added to the letter behind %H
.equ LOW, 512                           # and behind %L
