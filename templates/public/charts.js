// Draws each chart from the table beside it; the table stays for readers and for when this file does not run.
const drawn = new Map()
const scheme = matchMedia('(prefers-color-scheme: dark)')

function drawAll() {
  for (const [section, chart] of drawn) if (!section.isConnected) drawn.delete(section) && chart.dispose()
  for (const section of document.querySelectorAll('[data-chart]')) draw(section)
}

function draw(section) {
  const canvas = section.querySelector('.canvas')
  if (!drawn.has(section)) {
    canvas.hidden = false
    section.querySelector('details').open = false
    drawn.set(section, echarts.init(canvas))
  }
  const style = getComputedStyle(document.documentElement)
  const colour = (name) => style.getPropertyValue(`--${name}`).trim()
  const rem = Number.parseFloat(style.fontSize)
  const text = { color: colour('ink'), fontSize: rem * 0.8125, fontFamily: getComputedStyle(canvas).fontFamily }
  const { chart: kind, unit } = section.dataset
  const rows = [...section.querySelectorAll('tbody tr')]
  const headings = [...section.querySelectorAll('thead th')].slice(1)
  const plotted = headings.map((_, index) => index).filter((index) => 'plotted' in headings[index].dataset)
  const names = { type: 'category', data: rows.map((row) => row.cells[0].textContent), inverse: kind === 'bars' }
  const figures = {
    type: 'value',
    name: kind === 'bars' ? '' : unit,
    splitLine: { lineStyle: { color: colour('line') } },
  }
  const common = {
    axisLabel: text,
    nameTextStyle: text,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: colour('edge') } },
  }
  const [x, y] = kind === 'bars' ? [figures, names] : [names, figures]
  const words = (index, row) => rows[row].cells[index + 1].textContent
  drawn.get(section).setOption(
    {
      animation: false,
      aria: { enabled: true, decal: { show: plotted.length > 1 } },
      color: ['c1', 'c2', 'c3', 'c4', 'c5'].map(colour),
      grid: {
        left: 4,
        right: rem * 3,
        top: rem * (plotted.length > 1 ? 3.5 : kind === 'bars' ? 0 : 2),
        bottom: 4,
        containLabel: true,
      },
      legend: { show: plotted.length > 1, top: 0, left: 0, textStyle: text, itemGap: rem },
      tooltip: {
        renderMode: 'richText',
        trigger: 'item',
        formatter: ({ seriesIndex, dataIndex, name, seriesName }) =>
          `${name} · ${seriesName}\n${words(plotted[seriesIndex], dataIndex)}`,
      },
      xAxis: {
        ...x,
        ...common,
        axisLabel: { ...text, show: kind !== 'bars' },
        splitLine: { ...x.splitLine, show: false },
      },
      yAxis: { ...y, ...common },
      series: plotted.map((index) => ({
        type: 'bar',
        name: headings[index].textContent,
        stack: kind === 'stack' ? 'all' : undefined,
        barMaxWidth: rem * 2.5,
        itemStyle: { borderRadius: kind === 'stack' ? 0 : 3 },
        label: {
          ...text,
          show: kind !== 'stack',
          position: kind === 'bars' ? 'right' : 'top',
          formatter: ({ dataIndex }) => words(index, dataIndex),
        },
        data: rows.map((row) => Number(row.cells[index + 1].firstElementChild.value)),
      })),
    },
    true,
  )
}

function fit() {
  for (const chart of drawn.values()) chart.resize()
}

drawAll()
addEventListener('resize', fit)
scheme.addEventListener('change', drawAll)
document.addEventListener('htmx:after:swap', drawAll)
for (const event of ['beforeprint', 'afterprint'])
  addEventListener(event, () => {
    drawAll()
    fit()
  })
