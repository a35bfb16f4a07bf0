// @ts-check
/** The few names every component needs, from one place. */
import { h } from 'preact';
import htm from 'htm';

export const html = htm.bind(h);
export { Component, createRef, render } from 'preact';
export { useCallback, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
export { batch, computed, effect, signal, untracked, useComputed, useSignal, useSignalEffect } from '@preact/signals';
