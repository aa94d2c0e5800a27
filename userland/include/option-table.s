# A command's options as a table, which parse_options (lib/options.s) follows:
#
#   option_table name, usage, status    begins it: the usage, and the exit status of a bad option
#   flag 'a', "all", word, bits         sets those bits of a word
#   choice 'k', "", word, value         gives a word that value
#   call_for 'H', "si", function        calls function()
#   argument 'd', "max-depth", word     the word gets the address of the option's argument
#   action 'o', "options", function     calls function(argument)
#   option_end
#
# A letter of 0 or a name of "" is none.
.equ OPTION_NONE, 0
.equ OPTION_FLAG, 1
.equ OPTION_CHOICE, 2
.equ OPTION_CALL, 3
.equ OPTION_ARGUMENT, 4                 # from here on: with an argument
.equ OPTION_ACTION, 5

.equ table_usage, 0
.equ table_status, 8
.equ table_rows, 16
.equ row_letter, 0                      # a row: two bytes, the name, and from the next multiple of 8 on two words
.equ row_kind, 1
.equ row_name, 2
.equ row_target, 0                      # from there on
.equ row_value, 8
.equ SIZEOF_row_tail, 16

.macro option_table name, usage, status
        .data
        .balign 8
\name:  .dword \usage, \status
.endm

.macro option_row kind, letter, name, target, value
        .byte \letter, \kind
        .asciz "\name"
        .balign 8
        .dword \target, \value
.endm

.macro flag letter, name, word, bits
        option_row OPTION_FLAG, \letter, "\name", \word, \bits
.endm

.macro choice letter, name, word, value
        option_row OPTION_CHOICE, \letter, "\name", \word, \value
.endm

.macro call_for letter, name, function
        option_row OPTION_CALL, \letter, "\name", \function, 0
.endm

.macro argument letter, name, word
        option_row OPTION_ARGUMENT, \letter, "\name", \word, 0
.endm

.macro action letter, name, function
        option_row OPTION_ACTION, \letter, "\name", \function, 0
.endm

.macro option_end
        .byte 0, OPTION_NONE
        .balign 8
        .text
.endm
