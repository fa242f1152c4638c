import { Component, type ReactNode } from 'react'

type Props = { children: ReactNode; fallback: (retry: () => void, error: unknown) => ReactNode }

/** Keeps a broken row or panel from taking the page with it. */
export class ErrorBoundary extends Component<Props, { error: unknown }> {
  override state: { error: unknown } = { error: null }

  static getDerivedStateFromError(error: unknown) {
    return { error }
  }

  override render() {
    if (this.state.error === null) return this.props.children
    return this.props.fallback(() => this.setState({ error: null }), this.state.error)
  }
}
