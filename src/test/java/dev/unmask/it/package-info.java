/** Tests of the packaged service from outside: a process of its own, its ports, its log and its exit code. */
package dev.unmask.it;
