import { createTheme } from '@mantine/core';

/** Mantine's own theme with another primary colour; its variables are in page.css. */
export const theme = createTheme({ primaryColor: 'cyan', primaryShade: { light: 9, dark: 4 }, respectReducedMotion: true });
