/**
 * The command line: {@code serve}, {@code import} and the other commands, with their messages. Exit codes are decided only
 * here;
 * commands other than {@code serve} start no server.
 */
package dev.unmask.cli;
