// What the server put into the first page of who is signed in: a film, painted before the app begins. It stands where the
// app will, and is gone when the app stands there.

export const pictureGiven = () => document.querySelector('#app>section picture')

/** Takes over the picture that came with the page, as it is, if it is the one at this address: returns where it goes. */
export function adopt(address: string): ((box: Element | null) => void) | undefined {
  const given = pictureGiven()
  if (given?.lastElementChild?.getAttribute('src') === address) return (box) => box?.append(given)
}
