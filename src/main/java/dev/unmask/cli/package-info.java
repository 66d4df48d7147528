/**
 * The command line: {@code serve}, {@code import}, and what is told of them. Exit codes are decided here and nowhere else;
 * commands other than {@code serve} start no server.
 */
package dev.unmask.cli;
