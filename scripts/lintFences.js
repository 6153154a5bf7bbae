export const fences = [];
