/**
 * What charts look like. The only package that uses the chart libraries, which are not in the class path of the packaged
 * service: {@code plot} loads both together when a chart is wanted.
 */
package dev.unmask.chart;
