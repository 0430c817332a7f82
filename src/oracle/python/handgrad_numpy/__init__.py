"""Runs somebody's numpy functions for handgrad, and records what they do as TensorFlow.js kernels."""
