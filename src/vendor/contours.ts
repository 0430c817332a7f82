export { type ContourMultiPolygon, contours } from 'd3-contour';
